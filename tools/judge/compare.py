# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares trees: namespace and local name, order, attributes and text; QNames in content are
resolved, and what differs from one reply to the next is masked."""
from difflib import SequenceMatcher

from judge import soap

# Text that is new in every reply: that it is there, and its form, is compared.
MASKED = {(soap.ADDRESSING, 'MessageID'), (soap.ADDRESSING, 'RelatesTo'),
          (soap.ENUMERATION, 'EnumerationContext'), (soap.WSMV, 'ActivityId')}
MASKED_ATTRIBUTES = {('', 'Machine')}
# Values of the host's clock.
CLOCK = {'LocalDateTime'}
QNAMES = {(soap.SOAP, 'Value')}


class Comparison:
    """Counts, and a line for each difference."""

    def __init__(self):
        self.equal, self.different, self.lines = 0, 0, []

    compared = property(lambda self: self.equal + self.different)

    def add(self, other):
        self.equal += other.equal
        self.different += other.different

    def differ(self, path, what, count=1):
        self.different += count
        self.lines.append(f'{path}: {what}')

    def element(self, recorded, found, path=''):
        path = f'{path}/{recorded.local}'
        names = [[child.name for child in each.children] for each in (recorded, found)]
        what = [f'{name} is {theirs!r} recorded, {ours!r} here'
                for name, theirs, ours in (
                    ('attributes', attributes(recorded), attributes(found)),
                    ('text', text(recorded), text(found))) if theirs != ours]
        if what:
            self.differ(path, '; '.join(what))
        else:
            self.equal += 1
        for tag, i, j, k, m in SequenceMatcher(None, *names, autojunk=False).get_opcodes():
            if tag == 'equal':
                for one, other in zip(recorded.children[i:j], found.children[k:m]):
                    self.element(one, other, path)
                continue
            for child in recorded.children[i:j]:
                self.differ(f'{path}/{child.local}', 'not here, or not in this place',
                            sum(1 for _ in child.walk()))
            for child in found.children[k:m]:
                self.differ(f'{path}/{child.local}', 'not recorded, or not in this place')


def attributes(element):
    return {name: element.resolve_name(value) if name == (soap.XSI, 'type') else value
            for name, value in element.attributes.items() if name not in MASKED_ATTRIBUTES}


def text(element):
    if element.children:  # blanks between elements are somebody's indenting
        return element.text.strip()
    if element.name in MASKED or element.parent.local in CLOCK:
        return 'masked' if element.text else ''
    if element.name in QNAMES:
        return element.resolve_name(element.text)
    return element.text
