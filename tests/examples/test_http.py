# SPDX-License-Identifier: MIT-0
"""A test suite in Python, for copying: the simulated host is a program that a fixture starts, and
what is tested talks to it through pywinrm.

    python3 -m pytest -v test_http.py

It needs hyperv-sim on the PATH, python3-pytest and python3-winrm.
"""
import json
import shlex
import subprocess
import urllib.error
import urllib.parse
import urllib.request
import uuid
import xml.etree.ElementTree as ET

import pytest
from winrm.exceptions import WinRMTransportError
from winrm.protocol import Protocol

# ---- What is tested. Here it would be your code, and this file would import it. ----

V2 = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/'
ENVELOPE = '''<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>
<a:To>http://localhost/wsman</a:To><a:Action s:mustUnderstand="true">{action}</a:Action>
<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>
</a:ReplyTo><a:MessageID>uuid:{message}</a:MessageID>
<w:ResourceURI s:mustUnderstand="true">{resource}</w:ResourceURI>
<w:SelectorSet>{selectors}</w:SelectorSet></s:Header><s:Body>{body}</s:Body></s:Envelope>'''
GET = 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get'
RUNNING = 2


class Vm:
    """A virtual machine, by its UUID."""

    def __init__(self, protocol, number):
        self.protocol, self.number = protocol, number

    def ask(self, action, body=''):
        selectors = ''.join(f'<w:Selector Name="{name}">{value}</w:Selector>' for name, value in (
            ('CreationClassName', 'Msvm_ComputerSystem'), ('Name', self.number)))
        reply = self.protocol.send_message(ENVELOPE.format(
            action=action, body=body, message=uuid.uuid4(), selectors=selectors,
            resource=V2 + 'Msvm_ComputerSystem'))
        return {element.tag.rpartition('}')[2]: element.text
                for element in ET.fromstring(reply).iter()}

    def is_running(self):
        return int(self.ask(GET)['EnabledState']) == RUNNING

    def start(self):
        found = self.ask(V2 + 'Msvm_ComputerSystem/RequestStateChange', f'''
<p:RequestStateChange_INPUT xmlns:p="{V2}Msvm_ComputerSystem">
<p:RequestedState>{RUNNING}</p:RequestedState></p:RequestStateChange_INPUT>''')
        code = int(found['ReturnValue'])
        if code not in (0, 4096):  # done, or a job does it
            raise RuntimeError(f'RequestStateChange: {code}')


def ensure_running(vm):
    """Starts it where needed; a host that is busy for a moment is asked once more."""
    for last in (False, True):
        try:
            if not vm.is_running():
                vm.start()
            return
        except WinRMTransportError as error:
            if last or error.code != 503:
                raise


# ---- How it is tested. ----

class Simulator:
    """A simulated host and its control API: `hyperv-sim --verbs` lists the calls."""

    def __init__(self, env):
        self.control, self.user = env['HYPERV_SIM_CONTROL'], env['HYPERV_SIM_USER']
        self.endpoint = env['HYPERV_SIM_ENDPOINT']
        with open(env['HYPERV_SIM_PASSWORD_FILE'], encoding='utf-8') as file:
            self.password = file.readline().strip()

    def __call__(self, method, path, /, **arguments):
        request = urllib.request.Request(
            self.control + path, method=method,
            data=None if method == 'GET' else json.dumps(arguments).encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            pytest.fail(json.load(error)['message'])

    def vm(self, name):
        protocol = Protocol(self.endpoint, transport='basic', username=self.user,
                            password=self.password)
        return Vm(protocol, self('GET', '/vms/' + urllib.parse.quote(name))['uuid'])


@pytest.fixture(scope='session')
def simulator():
    """One program for all tests; it ends with them."""
    with subprocess.Popen(['hyperv-sim', '--http', '--control', '127.0.0.1:0', '--quiet'],
                          stdout=subprocess.PIPE, text=True) as process:
        ready = dict(word.split('=', 1) for word in shlex.split(process.stdout.readline()))
        yield Simulator(ready)
        process.terminate()


@pytest.fixture
def sim(simulator):
    """The host as it is shipped, before each test; nothing may be left open behind it."""
    simulator('POST', '/reset')
    yield simulator
    simulator('POST', '/leaks/none')


def test_starts_what_is_off(sim):
    assert sim('GET', '/vms/db01')['state'] == 'off'
    ensure_running(sim.vm('db01'))
    sim('POST', '/clock/run')  # the job ends
    assert sim('GET', '/vms/db01')['state'] == 'running'
    sim('POST', '/journal/expect', method='RequestStateChange', exactly=1)


def test_leaves_alone_what_runs(sim):
    sim('POST', '/vms/db01/state', state='running')
    ensure_running(sim.vm('db01'))
    sim('POST', '/journal/expect', operation='Invoke', exactly=0)


def test_asks_first_and_starts_then(sim):
    ensure_running(sim.vm('db01'))
    sim('POST', '/journal/order', order=[{'operation': 'Get', 'class': 'Msvm_ComputerSystem'},
                                         {'method': 'RequestStateChange'}])
    sim('POST', '/clock/run')


@pytest.mark.parametrize('count, starts', [(1, 1), (2, 0)])
def test_a_busy_host_is_asked_once_more(sim, count, starts):
    sim('POST', '/failures', filter='http-status', status=503, operation='Get', count=count)
    if starts:
        ensure_running(sim.vm('db01'))
    else:
        with pytest.raises(WinRMTransportError):
            ensure_running(sim.vm('db01'))
    sim('POST', '/journal/expect', filter='http-status', exactly=count)
    sim('POST', '/journal/expect', method='RequestStateChange', exactly=starts)
    sim('POST', '/clock/run')


def test_tells_the_cause(sim):
    sim('POST', '/failures', filter='false-failure', return_value=32775)
    with pytest.raises(RuntimeError, match='32775'):
        ensure_running(sim.vm('db01'))
    sim('POST', '/clock/run')
