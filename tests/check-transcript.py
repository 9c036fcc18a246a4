# SPDX-License-Identifier: LGPL-2.1-or-later
"""Does tools/check-transcript see what is wrong? Real exchanges, each spoilt in one place."""
import os
import re
import stat
import subprocess
import sys
import tempfile

import tap

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HYPERV, SIM = sys.argv[1:3]
FIRST = re.compile(rb'(exchange \d+ connection \d+ request )(\d+) (\d+)( reply )(\d+) (\d+)( .*\n)')
SCRIPT = '''
"$0" list --all; "$0" info web01; "$0" start db01
"$0" query "SELECT * FROM Msvm_ComputerSystem"
"$0" query "SELECT * FROM Msvm_SettingsDefineState"
"$0" query "SELECT * FROM Win32_OperatingSystem" root/cimv2
"$0" query "SELECT nonsense" || true
'''


def record(folder):
    """Exchanges of a session of hyperv."""
    subprocess.run([SIM, '--quiet', '--', 'sh', '-ec', SCRIPT, HYPERV], check=True, timeout=120,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, 'HYPERV_SIM_EXCHANGES': folder})


def load(path):
    """[head, body] of request and reply, and the two parts of the first line around the sizes."""
    with open(path, 'rb') as file:
        data = file.read()
    match = FIRST.match(data)
    sizes = [int(match.group(place)) for place in (2, 3, 5, 6)]
    parts, place = [], match.end()
    for size in sizes:
        parts.append(data[place:place + size])
        place += size
    return match, parts


def store(path, match, parts):
    sizes = [str(len(part)).encode() for part in parts]
    with open(path, 'wb') as file:
        file.write(match.group(1) + b' '.join(sizes[:2]) + match.group(4) + b' '.join(sizes[2:])
                   + match.group(7) + b''.join(parts))


def judge(folder):
    done = subprocess.run([os.path.join(ROOT, 'tools/check-transcript'), folder], text=True,
                          capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout


RECORDED = tempfile.TemporaryDirectory()
RHEAD, RBODY, HEAD, BODY = range(4)

# sentence, part, pattern, replacement, rule that must be named. Sizes in the heads are kept true.
CHANGES = [
    ('a header that need not be understood', RBODY, b'(<w:ResourceURI s:mustUnderstand=")true',
     rb'\1false', 'must-understand'),
    ('an unknown header', RBODY, b'</s:Header>', b'<w:Other/></s:Header>', 'headers'),
    ('headers in another order', RBODY, b'(<a:To>.*?</a:To>)(<w:ResourceURI.*?</w:ResourceURI>)',
     rb'\2\1', 'header-order'),
    ('a lower-case message id', RBODY, b'(<a:MessageID>uuid:)[0-9A-F]{8}', rb'\g<1>abcdefab',
     'message-id'),
    ('a message without id', RBODY, b'<a:MessageID>.*?</a:MessageID>', b'', 'headers'),
    ('an address that is another', RBODY, b'<a:To>http', b'<a:To>ftp', 'to:'),
    ('an envelope too small', RBODY, b'>512000<', b'>100<', 'max-envelope-size'),
    ('a deadline of nothing', RBODY, b'>PT[0-9.]+S<', b'>PT0.000S<', 'operation-timeout'),
    ('no language', RBODY, b'<w:Locale xml:lang="en-US"', b'<w:Locale', 'locale'),
    ('a reply to elsewhere', RBODY, b'role/anonymous', b'role/nobody', 'reply-to'),
    ('a namespace in place of another', RBODY, b'xmlns:n="', b'xmlns:n="urn:', 'namespaces'),
    ('a class that is none', RBODY, b'(<w:ResourceURI[^>]*>[^<]*/)Msvm_', rb'\1Nsvm_', 'resource'),
    ('a selector that is no key', RBODY, b'<w:Selector Name="Name"', b'<w:Selector Name="Nome"',
     'selectors'),
    ('a state that is no number', RBODY, b'(<p:RequestedState>)2', rb'\1two', 'value'),
    ('a parameter that is none', RBODY, b'RequestedState>(.*?)RequestedState>',
     rb'RequiredState>\1RequiredState>', 'parameters'),
    ('a method that is none', RBODY, b'/RequestStateChange<', b'/RequestStatement<', 'action'),
    ('no elements asked for', RBODY, b'<n:MaxElements>32000', b'<n:MaxElements>0', 'body'),
    ('a compressed reply wished for', RHEAD, b'\r\nHost:', b'\r\nAccept-Encoding: gzip\r\nHost:',
     'http'),
    ('another content type', RHEAD, b'charset=UTF-8', b'charset=utf8', 'http'),
    ('a reason phrase', HEAD, b'HTTP/1.1 200 \r\nCon', b'HTTP/1.1 200 OK\r\nCon', 'http'),
    ('HTTP headers in another order', HEAD, b'(Server: [^\r]*\r\n)(Date: [^\r]*\r\n)', rb'\2\1',
     'http'),
    ('a false length', HEAD, b'Content-Length: ', b'Content-Length: 1', 'http'),
    ('a date of another kind', HEAD, b'Date: (...), ', rb'Date: \1 ', 'http'),
    ('a reply that relates to another', BODY, b'(<a:RelatesTo>uuid:)[0-9A-F]{8}', rb'\g<1>00000000',
     'relates-to'),
    ('the action of another verb', BODY, b'/PullResponse</a:Action>', b'/GetResponse</a:Action>',
     'action'),
    ('reply headers in another order', BODY, b'(<a:MessageID>.*?</a:MessageID>)(<a:To>.*?</a:To>)',
     rb'\2\1', 'header-order'),
    ('a header that must be understood', BODY, b'<a:To>', b'<a:To s:mustUnderstand="true">',
     'headers'),
    ('namespaces in another order', BODY, b'( xmlns:a="[^"]*")( xmlns:n="[^"]*")', rb'\2\1',
     'namespaces'),
    ('an XML declaration', BODY, b'^<s:', b'<?xml version="1.0"?><s:', 'envelope'),
    ('a line feed at the end', BODY, b'</s:Envelope>', b'</s:Envelope>\n', 'envelope'),
    ('another language', BODY, b'<s:Envelope xml:lang="en-US"', b'<s:Envelope xml:lang="de-DE"',
     'language'),
    ('no context and no end', BODY, b'<n:EndOfSequence/>', b'', 'body'),
    ('the end before the items', BODY, b'(<n:Items>.*</n:Items>)(<n:EndOfSequence/>)', rb'\2\1',
     'body'),
    ('a context without form', BODY, b'(<n:EnumerationContext>)uuid:', rb'\1', 'context'),
    ('properties in another order', BODY, b'(<p:Caption>[^<]*</p:Caption>)(<p:Comm[^>]*/>)',
     rb'\2\1', 'order'),
    ('a property that is missing', BODY, b'<p:NameFormat xsi:nil="true"/>', b'', 'complete'),
    ('a property that is surplus', BODY, b'<p:NameFormat xsi:nil="true"/>',
     b'<p:NameFormat xsi:nil="true"/><p:NameForms xsi:nil="true"/>', 'property'),
    ('a null array', BODY, b'<p:OperationalStatus>2</p:OperationalStatus>',
     b'<p:OperationalStatus xsi:nil="true"/>', 'null-array'),
    ('another type', BODY, b'xsi:type="p:Msvm_ComputerSystem_Type"', b'xsi:type="p:Msvm"', 'item'),
    ('namespaces of an item in another order', BODY,
     b'(<p:Msvm_ComputerSystem)( xmlns:xsi="[^"]*")( xmlns:p="[^"]*")', rb'\1\3\2', 'item'),
    ('a number out of range', BODY, b'<p:EnabledState>2<', b'<p:EnabledState>70000<', 'value'),
    ('a number with a zero in front', BODY, b'<p:HealthState>5<', b'<p:HealthState>05<', 'value'),
    ('a value that is not in the map', BODY, b'<p:EnabledState>2<', b'<p:EnabledState>77<',
     'value-map'),
    ('a boolean in capitals', BODY, b'>true</p:', b'>TRUE</p:', 'value'),
    ('a date with a zero at its end', BODY, b'(<cim:Datetime>[^<.]*)(?:\\.\\d+)?Z',
     rb'\1.50Z', 'datetime'),
    ('a date of WMI', BODY, b'<cim:Datetime>[^<]*<', b'<cim:Datetime>20240311084512.482117-000<',
     'datetime'),
    ('an address of a reference', BODY, b'(<p:ManagedElement[^>]*><a:Address>)[^<]*',
     rb'\1http://host/wsman', 'epr'),
    ('a wrapped reference', BODY, b'(<p:ManagedElement[^>]*>)(.*?)(</p:ManagedElement>)',
     rb'\1<a:EndpointReference>\2</a:EndpointReference>\3', 'epr'),
    ('selectors in another order', BODY,
     b'(<w:Selector Name="CreationClassName">[^<]*</w:Selector>)(<w:Selector Name="Name">[^<]*'
     b'</w:Selector>)', rb'\2\1', 'selectors'),
    ('the value of a method first', BODY, b'(<p:Job.*</p:Job>)(<p:ReturnValue>.*</p:ReturnValue>)',
     rb'\2\1', 'parameters'),
    ('a return value that is none', BODY, b'<p:ReturnValue>4096', b'<p:ReturnValue>7',
     'value-map'),
    ('a projection out of order', BODY, b'(<ElementName>[^<]*</ElementName>)(<EnabledState>[^<]*'
     b'</EnabledState>)', rb'\2\1', 'order'),
    ('a projection that lacks', BODY, b'<EnabledState>[^<]*</EnabledState>', b'', 'item'),
    ('a fault with another action', BODY, b'enumeration/fault</a:Action>',
     b'transfer/fault</a:Action>', 'fault'),
    ('a fault without reason', BODY, b'<s:Reason>.*</s:Reason>', b'', 'fault'),
    ('a fault with a good status', HEAD, b'HTTP/1.1 500', b'HTTP/1.1 200', 'http'),
    ('raw quotes', BODY, b'(<s:Text[^>]*>)', rb'\1"', 'escaping'),
]


def spoil(row):
    sentence, part, pattern, replacement, rule = row

    def test():
        found = False
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, 'host'))
            for base, _, names in os.walk(RECORDED.name):
                for name in sorted(names):
                    match, parts = load(os.path.join(base, name))
                    changed = re.sub(pattern, replacement, parts[part], count=1, flags=re.DOTALL)
                    if not found and changed != parts[part]:
                        found = name
                        parts[part] = changed
                        head = part - part % 2
                        if part % 2:
                            parts[head] = re.sub(
                                rb'(Content-Length: )\d+',
                                lambda m: m.group(1) + str(len(changed)).encode(), parts[head])
                    store(os.path.join(folder, 'host', name), match, parts)
            assert found, f'{pattern} is in no exchange'
            code, output = judge(folder)
        assert code == 1 and f'host/{found}: {rule}' in output, output
    test.__doc__ = f'Sees {sentence}'
    return test


def good():
    """Finds nothing wrong in what was said, and no secret is in it."""
    record(RECORDED.name)
    code, output = judge(RECORDED.name)
    assert code == 0, output
    assert re.fullmatch(r'\d+ exchanges, 0 wrong\n', output), output
    for base, _, names in os.walk(RECORDED.name):
        for name in names:
            path = os.path.join(base, name)
            head = load(path)[1][RHEAD].decode()
            assert not re.search('\r\nAuthorization: [^…]', head), head
            assert stat.S_IMODE(os.stat(path).st_mode) == 0o600, path


def nothing():
    """An empty folder is not a good one."""
    with tempfile.TemporaryDirectory() as folder:
        code, output = judge(folder)
    assert (code, output) == (1, '0 exchanges, 0 wrong\n'), output


def no_folder():
    """A folder that cannot be made is told once and stops nothing."""
    with tempfile.NamedTemporaryFile() as file:
        done = subprocess.run([SIM, '--quiet', '--', HYPERV, 'list'], text=True,
                              capture_output=True,
                              env={**os.environ, 'HYPERV_SIM_EXCHANGES': file.name + '/x'},
                              timeout=60, check=False)
    assert done.returncode == 0 and 'web01' in done.stdout, done.stderr
    assert done.stderr.count('HYPERV_SIM_EXCHANGES') == 1, done.stderr


tap.run([good, *map(spoil, CHANGES), nothing, no_folder])
