# SPDX-License-Identifier: LGPL-2.1-or-later
"""The text of values: as Windows writes it on the wire, as MOF has it, and how to get there."""
import re

INTEGERS = {f'{sign}int{bits}': (-(1 << bits - 1) if sign == 's' else 0,
                                 (1 << bits - (sign == 's')) - 1)
            for sign in ('u', 's') for bits in (8, 16, 32, 64)}
INTEGER = re.compile(r'0|-?[1-9][0-9]*')
REAL = re.compile(r'-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?|NaN|-?INF')
DATETIME = re.compile(r'(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{0,5}[1-9]))?Z')
INTERVAL = re.compile(r'P(\d+)DT(\d+)H(\d+)M(\d+)(?:\.(\d{0,5}[1-9]))?S')
LIMITS = ((1, 12), (1, 31), (0, 23), (0, 59), (0, 59))  # month to second


def integer_fault(kind, text):
    low, high = INTEGERS[kind]
    if not INTEGER.fullmatch(text):
        return f'{text!r} is no {kind}'
    return None if low <= int(text) <= high else f'{text} is out of the range of {kind}'


def datetime_fault(text):
    match = DATETIME.fullmatch(text)
    if not match:
        return f'{text!r} is no date as Windows writes it'
    if any(not low <= int(part) <= high for part, (low, high) in zip(match.groups()[1:6], LIMITS)):
        return f'{text!r} is no date'
    return None


def interval_fault(text):
    match = INTERVAL.fullmatch(text)
    if not match:
        return f'{text!r} is no interval as Windows writes it'
    if any(int(part) > high for part, high in zip(match.groups()[1:4], (23, 59, 59))):
        return f'{text!r} has parts that overflow'
    return None


def fault_of(kind, text):
    """What is wrong with a scalar's text (not of dates, references and objects), or None."""
    if kind in INTEGERS:
        return integer_fault(kind, text)
    if kind == 'boolean':
        return None if text in ('true', 'false') else f'{text!r} is neither true nor false'
    if kind in ('real32', 'real64'):
        return None if REAL.fullmatch(text) else f'{text!r} is no {kind}'
    if kind == 'char16':
        return None if len(text) == 1 else f'{text!r} is not one character'
    return None


def to_dmtf_date(text):
    match = DATETIME.fullmatch(text)
    if not match:
        raise ValueError(datetime_fault(text))
    *parts, fraction = match.groups()
    return ''.join(parts) + '.' + (fraction or '').ljust(6, '0') + '-000'


def to_dmtf_interval(text):
    match = INTERVAL.fullmatch(text)
    if not match:
        raise ValueError(interval_fault(text))
    days, hours, minutes, seconds, fraction = match.groups()
    return (f'{int(days):08}{int(hours):02}{int(minutes):02}{int(seconds):02}.'
            + (fraction or '').ljust(6, '0') + ':000')


def mof_string(text):
    """A MOF string: `${` would be a value of host.ini."""
    text = text.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n').replace('\t', '\\t')
    return '"' + text.replace('${', '$${') + '"'
