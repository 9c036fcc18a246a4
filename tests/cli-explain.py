# SPDX-License-Identifier: LGPL-2.1-or-later
"""hyperv explain: numbers and names, and what is not known.

usage: cli-explain.py HYPERV CODES_TSV"""
import json
import os
import subprocess
import sys

import tap

HYPERV, CODES = sys.argv[1:3]
ENV = {name: value for name, value in os.environ.items() if not name.startswith('HYPERV_')}
COLUMNS = ('family', 'value', 'name', 'subcode', 'meaning', 'cause', 'remedy', 'source')


def run(*words, code=0):
    done = subprocess.run([HYPERV, *words], env=ENV, capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout if code == 0 else done.stderr


def explain(word):
    return json.loads(run('-o', 'json', 'explain', word))


# What is asked, and each family and name that is answered, in order.
ROWS = [
    ('2150858770', [('wsman', 'ERROR_WSMAN_DESTINATION_UNREACHABLE')]),
    ('0x80338012', [('wsman', 'ERROR_WSMAN_DESTINATION_UNREACHABLE')]),
    ('0X80338012', [('wsman', 'ERROR_WSMAN_DESTINATION_UNREACHABLE')]),
    ('-2144108526', [('wsman', 'ERROR_WSMAN_DESTINATION_UNREACHABLE')]),
    ('2150858793', [('wsman', 'ERROR_WSMAN_OPERATION_TIMEDOUT')]),
    ('2150859173', [('wsman', 'ERROR_WSMAN_QUOTA_MAX_SHELLS')]),
    ('0x8004100e', [('wmi', 'WBEM_E_INVALID_NAMESPACE')]),
    ('-2147217394', [('wmi', 'WBEM_E_INVALID_NAMESPACE')]),
    ('0x80070005', [('win32', 'ERROR_ACCESS_DENIED'), ('hresult', 'E_ACCESSDENIED')]),
    ('2147942405', [('win32', 'ERROR_ACCESS_DENIED'), ('hresult', 'E_ACCESSDENIED')]),
    ('0x80070776', None),
    ('1326', [('win32', 'ERROR_LOGON_FAILURE')]),
    ('0xc000006d', [('ntstatus', 'STATUS_LOGON_FAILURE')]),
    ('32768', [('hyperv', 'Failed')]),
    ('32775', [('hyperv', 'Invalid state for this operation')]),
    ('4096', [('hyperv', 'Job Started')]),
    ('5', [('win32', 'ERROR_ACCESS_DENIED'), ('hyperv', 'Invalid State')]),
    ('6', [('win32', 'ERROR_INVALID_HANDLE'), ('hyperv', 'Incompatible Parameters'),
           ('kerberos', 'KDC_ERR_C_PRINCIPAL_UNKNOWN')]),
    ('37', [('kerberos', 'KRB_AP_ERR_SKEW')]),
    ('401', [('http', 'Unauthorized')]),
    ('E_ACCESSDENIED', [('hresult', 'E_ACCESSDENIED')]),
    ('e_accessdenied', [('hresult', 'E_ACCESSDENIED')]),
    ('WBEM_E_NOT_FOUND', [('wmi', 'WBEM_E_NOT_FOUND')]),
    ('w:AccessDenied', [('fault', 'w:AccessDenied')]),
    ('OPERATION_TIMEDOUT', [('wsman', 'ERROR_WSMAN_OPERATION_TIMEDOUT')]),
    ('LOGON_FAILURE', [('win32', 'ERROR_LOGON_FAILURE'), ('ntstatus', 'STATUS_LOGON_FAILURE')]),
]
UNKNOWN = [
    ('0x80338fff', 'range of WS-Management'),
    ('0x80040fff', 'range of WMI'),
    ('0x8007ffff', 'HRESULT of Win32'),
    ('0xc0ffffff', 'range of NTSTATUS'),
    ('65000', "range of Hyper-V's own"),
    ('77777', 'no table has it'),
    ('', 'expected a number or a name'),
    ('nonsense', 'expected a number or a name'),
    ('0x', 'expected a number or a name'),
    ('5x', 'expected a number or a name'),
    ('99999999999', 'expected a number or a name'),
    ('0x100000000', 'expected a number or a name'),
]


def numbers_and_names():
    """Numbers in each form, and names with and without their prefix"""
    for word, expected in ROWS:
        if expected is None:
            run('explain', word, code=5)
            continue
        found = [(row['family'], row['name']) for row in explain(word)]
        assert found == expected, (word, found)


def a_fault_names_its_codes():
    """A subcode is explained together with the codes that it stands for"""
    rows = explain('w:QuotaLimit')
    names = {row['name'] for row in rows}
    wanted = {'w:QuotaLimit', 'ERROR_WSMAN_QUOTA_LIMIT', 'ERROR_WSMAN_QUOTA_MAX_SHELLS'}
    assert wanted <= names, names
    assert all(row['fault'] == 'w:QuotaLimit' for row in rows), rows


def unknown_codes():
    """What is not known is an error that says whose it may be, with exit code 5"""
    for word, said in UNKNOWN:
        text = run('explain', word, code=5)
        assert word in text and said in text and text.count('\n') == 1, (word, text)


def whole_table():
    """The table is sound, and each of its numbers is found by decimal and by hexadecimal"""
    with open(CODES, encoding='utf-8') as file:
        lines = file.read().splitlines()
    assert tuple(lines[0].split('\t')) == COLUMNS, lines[0]
    rows = [dict(zip(COLUMNS, line.split('\t'))) for line in lines[1:]]
    assert len(rows) > 700 and sum(row['family'] == 'wsman' for row in rows) == 511
    keys = [(row['family'], row['value'], row['name']) for row in rows]
    assert len(set(keys)) == len(keys), 'the same row twice'
    for row in rows:
        assert row['meaning'] and row['source'] and row['name'], row
    for row in rows[::40]:
        if row['value'] == '-':
            continue
        number = int(row['value'], 0)
        for word in (str(number), hex(number)):
            assert row['name'] in [one['name'] for one in explain(word)], (word, row)


def forms():
    """JSON has stable keys, the table shows every member, and there must be one word"""
    row = explain('E_ACCESSDENIED')[0]
    assert list(row) == ['family', 'kind', 'code', 'hex', 'name', 'fault', 'meaning', 'cause',
                         'remedy', 'source'], row
    assert row['code'] == 0x80070005 and row['hex'] == '0x80070005', row
    text = run('explain', '0x80070005')
    assert text.count('remedy:') == 2 and 'Add-LocalGroupMember' in text, text
    run('explain', code=1)
    run('explain', '5', '6', code=1)


tap.run([numbers_and_names, a_fault_names_its_codes, unknown_codes, whole_table, forms])
