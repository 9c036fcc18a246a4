# SPDX-License-Identifier: LGPL-2.1-or-later
"""The same seed and the same calls give the same replies, byte for byte."""
import os
import subprocess
import tempfile

import tap
from programs import CLEAN, Running

ADDRESSING = 'http://schemas.xmlsoap.org/ws/2004/08/addressing'
SOAP = 'http://www.w3.org/2003/05/soap-envelope'
WMI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/'
ENUMERATION = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration'
DB01 = '2DAB8A9E-06EA-4368-B572-27D53E275BD8'


def request(klass, action, body, selectors=()):
    """One envelope, always the same for the same arguments."""
    chosen = ''.join(f'<w:Selector Name="{name}">{value}</w:Selector>'
                     for name, value in selectors)
    return f'''<s:Envelope xmlns:s="{SOAP}" xmlns:n="{ENUMERATION}"
 xmlns:a="{ADDRESSING}"
 xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>
 <a:To>http://x/wsman</a:To><w:ResourceURI s:mustUnderstand="true">{WMI}{klass}</w:ResourceURI>
 <a:ReplyTo><a:Address>{ADDRESSING}/role/anonymous</a:Address></a:ReplyTo>
 <a:Action s:mustUnderstand="true">{action}</a:Action>
 <w:MaxEnvelopeSize s:mustUnderstand="true">512000</w:MaxEnvelopeSize>
 <a:MessageID>uuid:11111111-2222-3333-4444-555555555555</a:MessageID>
 {'<w:SelectorSet>' + chosen + '</w:SelectorSet>' if chosen else ''}
 <w:OperationTimeout>PT60S</w:OperationTimeout></s:Header><s:Body>{body}</s:Body></s:Envelope>'''


SYSTEM = (('CreationClassName', 'Msvm_ComputerSystem'), ('Name', DB01))
ALL = ('<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements></n:Enumerate>')
START = (f'<p:RequestStateChange_INPUT xmlns:p="{WMI}Msvm_ComputerSystem">'
         '<p:RequestedState>2</p:RequestedState></p:RequestStateChange_INPUT>')
CALLS = (
    request('Msvm_ComputerSystem', ENUMERATION + '/Enumerate', '<n:Enumerate/>'),
    request('Msvm_ComputerSystem', WMI + 'Msvm_ComputerSystem/RequestStateChange', START, SYSTEM),
    request('Msvm_ComputerSystem', 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get', '',
            SYSTEM),
    request('Msvm_ConcreteJob', ENUMERATION + '/Enumerate', ALL),
    request('Msvm_ProcessorSettingData', ENUMERATION + '/Enumerate', ALL),
    request('Nothing', 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get', '', SYSTEM),
)


def replies(running):
    """What each call is answered, head and body."""
    with open(running.env['HYPERV_SIM_PASSWORD_FILE'], encoding='utf-8') as file:
        password = file.read().strip()
    bodies = []
    for call in CALLS:
        done = subprocess.run(
            ['curl', '-s', '-i', '--max-time', '30', '-u', 'administrator:' + password, '-H',
             'Content-Type: application/soap+xml;charset=UTF-8', '--data-binary', '@-',
             running.env['HYPERV_SIM_ENDPOINT']], input=call.encode(), capture_output=True,
            timeout=60, env=CLEAN, check=False)
        assert done.returncode == 0 and b'Envelope' in done.stdout, (call, done)
        bodies.append(done.stdout)
    return bodies


WORDS = ('--http', '--vms', '20', '--quiet')


def make_locales(folder):
    """Those that have another comma, another i and another order, where they can be made."""
    made = ['C', 'C.UTF-8']
    for name in ('de_DE', 'tr_TR'):
        done = subprocess.run(['localedef', '-i', name, '-f', 'UTF-8',
                               os.path.join(folder, name + '.UTF-8')], capture_output=True,
                              check=False)
        if done.returncode == 0:
            made.append(name + '.UTF-8')
    return made


def locales():
    """Whatever the locale and the time zone."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for locale in make_locales(folder):
            for zone in ('UTC', 'Asia/Tokyo', 'America/St_Johns'):
                env = {'LC_ALL': locale, 'TZ': zone}
                if '_' in locale:
                    env['LOCPATH'] = folder
                with Running(*WORDS, '--seed', '7', env=env) as running:
                    found[locale, zone] = replies(running)
    first = found['C', 'UTC']
    for where, bodies in found.items():
        for i, body in enumerate(bodies):
            assert body == first[i], (where, body, first[i])


def reset():
    """Reset begins anew, in the same process."""
    with Running(*WORDS, '--control', '127.0.0.1:0') as running:
        first = replies(running)
        again = replies(running)
        assert first != again, 'a VM that runs is not started again'
        subprocess.run(['curl', '-sf', '-X', 'POST', running.env['HYPERV_SIM_CONTROL'] + '/reset'],
                       check=True, env=CLEAN, stdout=subprocess.DEVNULL, timeout=60)
        assert replies(running) == first


def seeds():
    """Another seed gives other ids; seed 1 is the default."""
    found = []
    for words in ((), ('--seed', '1'), ('--seed', '2')):
        with Running(*WORDS, *words) as running:
            found.append(replies(running))
    assert found[0] == found[1] and found[0] != found[2]


tap.run([locales, reset, seeds])
