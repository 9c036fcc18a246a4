# SPDX-License-Identifier: LGPL-2.1-or-later
"""curl, which nobody here wrote, against the simulator: Identify, Enumerate and Pull with Basic."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from xml.etree import ElementTree

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import tap  # noqa: E402

SIM = sys.argv[1]
SOAP = 'http://www.w3.org/2003/05/soap-envelope'
WSMAN = 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd'
WSEN = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration'
IDENTITY = 'http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd'
WMI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/'
IDENTIFY = (f'<s:Envelope xmlns:s="{SOAP}" xmlns:i="{IDENTITY}"><s:Header/><s:Body><i:Identify/>'
            '</s:Body></s:Envelope>')


def envelope(action, resource, body):
    return (f'<s:Envelope xmlns:s="{SOAP}" xmlns:w="{WSMAN}" xmlns:n="{WSEN}" '
            'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header>'
            f'<a:Action s:mustUnderstand="true">{WSEN}/{action}</a:Action>'
            '<a:To>http://host/wsman</a:To>'
            f'<w:ResourceURI s:mustUnderstand="true">{WMI}{resource}</w:ResourceURI>'
            '<a:MessageID>uuid:6B1E6A1C-3A5D-4E2B-9A64-0D7D4C6B9E11</a:MessageID><a:ReplyTo>'
            '<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>'
            f'</a:ReplyTo></s:Header><s:Body>{body}</s:Body></s:Envelope>')


# The password goes to curl in a file, not in its arguments.
LOGIN = '''
printf 'user = "%s:%s"\\n' "$HYPERV_SIM_USER" "$(cat "$HYPERV_SIM_PASSWORD_FILE")" > "$CURLRC"
'''
# What curl is run with, in the shell that hyperv-sim starts.
SCRIPT = '''
curl -sS -i --cacert "$HYPERV_CA" --config "$CURLRC" --data-binary @"$BODY" \\
  -H "Content-Type: application/soap+xml;charset=UTF-8" $MORE "$HYPERV_SIM_ENDPOINT"
'''


def post(body, more='', login=True, host='2019'):
    """Head and body of curl's answer."""
    if not shutil.which('curl'):
        raise tap.Skip('curl is not installed')
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, name) for name in ('body', 'curlrc')]
        with open(names[0], 'w', encoding='utf-8') as file:
            file.write(body)
        script = LOGIN if login else ': > "$CURLRC"\n'
        done = subprocess.run([SIM, '--host', host, '--quiet', '--', 'sh', '-e', '-c',
                               script + SCRIPT],
                              env={**os.environ, 'BODY': names[0], 'CURLRC': names[1],
                                   'MORE': more},
                              capture_output=True, text=True, check=True, timeout=60)
    head, _, rest = done.stdout.partition('\n\n')
    return head, rest


def identify():
    """Identify tells the release, and Basic among the profiles."""
    head, body = post(IDENTIFY)
    assert head.startswith('HTTP/1.1 200'), head
    root = ElementTree.fromstring(body)
    version = root.find(f'.//{{{IDENTITY}}}ProductVersion').text
    assert version == 'OS: 10.0.17763 SP: 0.0 Stack: 3.0', version


def identify_anonymously():
    """Identify without a login, announced in the header, tells no version."""
    head, body = post(IDENTIFY, more='-H WSMANIDENTIFY:unauthenticated', login=False)
    assert head.startswith('HTTP/1.1 200'), head
    assert 'OS: 0.0.0' in body, body


def refused_without_login():
    """Without a login the answer is 401 with what is offered."""
    head, body = post(IDENTIFY, login=False)
    assert head.startswith('HTTP/1.1 401'), head
    assert re.search('WWW-Authenticate: Basic realm="WSMAN"', head), head
    assert body == '', body


def enumerate_everything():
    """An Enumerate of a class gives a context, or all of it when optimised for many."""
    _, body = post(envelope('Enumerate', 'root/virtualization/v2/Msvm_ComputerSystem',
                            '<n:Enumerate/>'))
    root = ElementTree.fromstring(body)
    assert root.find(f'.//{{{WSEN}}}EnumerationContext').text.startswith('uuid:'), body
    _, body = post(envelope('Enumerate', 'root/cimv2/Win32_OperatingSystem',
                            '<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>10'
                            '</w:MaxElements></n:Enumerate>'))
    root = ElementTree.fromstring(body)
    item = root.find(f'.//{{{WSMAN}}}Items/{{{WMI}root/cimv2/Win32_OperatingSystem}}'
                     'Win32_OperatingSystem')
    version = item.find(f'{{{WMI}root/cimv2/Win32_OperatingSystem}}Version').text
    assert version == '10.0.17763', version
    assert root.find(f'.//{{{WSMAN}}}EndOfSequence') is not None, body


tap.run([identify, identify_anonymously, refused_without_login, enumerate_everything])
