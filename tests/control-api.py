# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control API: every verb over HTTP, its description, scenarios and --do."""
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

import tap
from programs import CLEAN, HYPERV, Running, hyperv, run, sim

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FILES = os.path.join(ROOT, 'simulator', 'control')


def told(*words, env):
    """Runs hyperv, however it ends; what it says on stderr."""
    return run(HYPERV, *words, env=env).stderr


class Api:
    """The HTTP door."""

    def __init__(self, uri, token=None):
        self.uri, self.token = uri, token

    def __call__(self, method, path, arguments=None, code=200, headers=None):
        request = urllib.request.Request(
            self.uri + path, method=method, headers=dict(headers or {}),
            data=None if arguments is None else json.dumps(arguments).encode())
        if self.token:
            request.add_header('Authorization', 'Bearer ' + self.token)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as reply:
                status, text = reply.status, reply.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        assert status == code, (method, path, arguments, status, text)
        return json.loads(text)


class Site(Running):
    """A simulator with a control API."""

    def __init__(self, *words):
        super().__init__('--control', '127.0.0.1:0', '--quiet', *words)

    def __enter__(self):
        super().__enter__()
        self.api = Api(self.env['HYPERV_SIM_CONTROL'])
        return self


def query(text):
    return '/instances?query=' + urllib.parse.quote(text)


def vms():
    """VMs are listed, told about and put into states, and the wire agrees."""
    with Site() as site:
        states = {vm['name']: vm['state'] for vm in site.api('GET', '/vms')}
        assert states['web01'] == 'running' and states['db01'] == 'off', states
        vm = site.api('POST', '/vms/db01/state', {'state': 'running'})
        assert vm['state'] == 'running' and vm['id'] > 0, vm
        assert site.api('GET', '/vms/' + vm['uuid'].lower()) == vm
        spaces = site.api('GET', '/vms/test%20vm%20with%20spaces')
        assert spaces['state'] == 'off', spaces
        rows = json.loads(hyperv('-o', 'json', 'info', 'db01', env=site.env))
        assert rows['state'] == 'running', rows


def instances():
    """Any instance is found, made, changed and taken away."""
    with Site() as site:
        wql = "SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'web01'"
        path = site.api('GET', query(wql))[0]['__PATH']
        site.api('PATCH', '/instances', {'path': path, 'properties': {
            'ElementName': 'web é', 'OperationalStatus': [3, 32768], 'HealthState': 20}})
        row = site.api('GET', query('SELECT ElementName, OperationalStatus, HealthState FROM '
                                    'Msvm_ComputerSystem WHERE HealthState = 20'))[0]
        assert row['ElementName'] == 'web é' and row['OperationalStatus'] == [3, 32768], row
        made = site.api('POST', '/instances', {'class': 'Msvm_ResourcePool', 'properties': {
            'InstanceID': 'Microsoft:test', 'PoolID': 'test', 'Primordial': False}})
        assert 'Microsoft:test' in made['path'], made
        found = site.api('GET', query("SELECT * FROM Msvm_ResourcePool WHERE PoolID = 'test'"))
        assert len(found) == 1 and found[0]['Primordial'] is False, found
        assert found[0]['Capacity'] is None, found
        site.api('DELETE', '/instances?path=' + urllib.parse.quote(made['path']))
        site.api('DELETE', '/instances?path=' + urllib.parse.quote(made['path']), code=404)


def refused_arguments():
    """What makes no sense is refused by name, place and choice."""
    with Site() as site:
        for method, path, arguments, code, text in (
                ('POST', '/vms/db01/state', {'state': 'on'}, 400,
                 '$.state: expected one of running, off, saved, paused, found "on"'),
                ('POST', '/vms/db01/state', {}, 400, 'vm-state needs "state"'),
                ('POST', '/vms/db01/state', {'state': 'off', 'stat': 1}, 400,
                 '$.stat: vm-state has no such argument (known: vm, state, host)'),
                ('POST', '/vms/nobody/state', {'state': 'off'}, 400, 'nobody'),
                ('GET', '/vms/nobody', None, 404, 'nobody'),
                ('GET', '/vms?host=2022', None, 404,
                 'there is no host "2022" (known: 2019)'),
                ('GET', query('SELECT FROM'), None, 400, ''),
                ('GET', '/journal?last=x', None, 400, 'a whole number'),
                ('GET', '/nothing', None, 404, 'openapi.json'),
                ('PUT', '/vms', {}, 405, 'openapi.json'),
                ('DELETE', '/failures/9', None, 404, 'there is no failure 9'),
                ('POST', '/failures', {'filter': 'dleay'}, 400, 'known: cause, delay'),
                ('POST', '/failures', {'filter': 'delay', 'operation': 'Pul'}, 400, ''),
                ('POST', '/failures', {'filter': 'delay', 'milliseconds': 1, 'nht': 2}, 400,
                 'no setting "nht"'),
                ('POST', '/failures', {'filter': 'job', 'end': 'explodes'}, 400,
                 'fails, stalls or dies'),
                ('POST', '/failures', {'filter': 'cause', 'cause': 'moon'}, 400, 'disk-full'),
                ('POST', '/failures', {'filter': 'quota', 'probability': 2}, 400, 'at most 1'),
                ('POST', '/clock', {'mode': 'real', 'rate': 0}, 400, 'more than 0'),
                ('POST', '/reboot', {'seconds': 90000}, 400, '0 to 86400'),
                ('POST', '/journal/expect', {}, 400, 'exactly, at_least or at_most'),
                ('POST', '/setting', {'group': 'abilities', 'key': 'x', 'value': '1'}, 404,
                 'no “x” in [abilities]'),
                ('POST', '/snapshots/x/roll-back', {}, 404, 'no snapshot “x”')):
            found = site.api(method, path, arguments, code)
            assert text in found['message'], (path, found)
        text = site.api('POST', '/do', [{'do': 'vms'}, {'do': 'vmz'}], 400)['message']
        assert 'call:1: $[1].do: expected a verb (hosts, ' in text, text


def journal():
    """The journal is filtered, counted, ordered, waited for and cleared."""
    with Site() as site:
        hyperv('start', 'db01', env=site.env)
        invoked = site.api('GET', '/journal?method=RequestStateChange')
        assert len(invoked) == 1, invoked
        entry = invoked[0]
        assert entry['operation'] == 'Invoke' and entry['user'] == 'administrator', entry
        assert entry['class'] == 'Msvm_ComputerSystem' and entry['status'] == 200, entry
        assert entry['bytes_in'] > 0 and entry['bytes_out'] > 0, entry
        name = [text for text in entry['selectors'] if text.startswith('Name=')][0]
        assert len(site.api('GET', '/journal?operation=Invoke&selector='
                            + urllib.parse.quote(name))) == 1
        assert site.api('GET', f"/journal?after={entry['number']}&operation=Invoke") == []
        assert len(site.api('GET', '/journal?last=2')) == 2
        for arguments, code in (({'operation': 'Invoke', 'exactly': 1}, 200),
                                ({'operation': 'Invoke', 'at_least': 2}, 409),
                                ({'operation': 'Invoke', 'at_most': 0}, 409),
                                ({'refused': True, 'status': 500, 'exactly': 0}, 200),
                                ({'class': 'Win32_Process', 'exactly': 0}, 200)):
            site.api('POST', '/journal/expect', arguments, code)
        text = site.api('POST', '/journal/expect', {'operation': 'Invoke', 'exactly': 2}, 409)
        assert text == {'error': 'expectation',
                        'message': 'expected exactly 2 of operation "Invoke", found 1'}, text
        site.api('POST', '/journal/order', {'order': [{'operation': 'Enumerate'},
                                                      {'operation': 'Invoke'},
                                                      {'class': 'Msvm_ConcreteJob'}]})
        text = site.api('POST', '/journal/order', {'order': [
            {'class': 'Msvm_ConcreteJob'}, {'operation': 'Invoke'}]}, 409)['message']
        assert text == 'order[1]: operation "Invoke" did not come after the others', text
        text = site.api('POST', '/journal/order', {'order': [{'operaton': 'x'}]}, 400)['message']
        assert text.startswith('order[0].operaton: an entry has no such argument'), text
        site.api('POST', '/journal/wait', {'operation': 'Invoke', 'seconds': 30})
        text = site.api('POST', '/journal/wait', {'method': 'x', 'seconds': 0.05}, 409)['message']
        assert text == 'waited for 1 of method "x", saw 0', text
        site.api('DELETE', '/journal')
        assert site.api('GET', '/journal') == []


def journal_wait():
    """A wait ends with the request that it waits for."""
    with Site() as site:
        later = subprocess.Popen([sys.executable, '-c', '''
import json, sys, urllib.request
body = json.dumps({"user": "administrator", "seconds": 50}).encode()
print(urllib.request.urlopen(sys.argv[1] + "/journal/wait", body, timeout=60).read().decode())
''', site.api.uri], env=CLEAN, stdout=subprocess.PIPE, text=True)
        hyperv('version', env=site.env)
        out = later.communicate(timeout=60)[0]
        assert json.loads(out)['count'] >= 1, out


ENUMERATE = '''<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"
 xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>
 <a:To>http://x/wsman</a:To><w:ResourceURI s:mustUnderstand="true">http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/{klass}</w:ResourceURI>
 <a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>
 <a:Action s:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate</a:Action>
 <w:MaxEnvelopeSize s:mustUnderstand="true">512000</w:MaxEnvelopeSize>
 <a:MessageID>uuid:11111111-2222-3333-4444-555555555555</a:MessageID>
 <w:OperationTimeout>PT60S</w:OperationTimeout></s:Header>
 <s:Body><n:Enumerate/></s:Body></s:Envelope>'''


def post(env, text):
    """One request as any other program sends it; the reply's body."""
    with open(env['HYPERV_SIM_PASSWORD_FILE'], encoding='utf-8') as file:
        password = file.read().strip()
    done = subprocess.run(
        ['curl', '-s', '--max-time', '30', '--cacert', env['HYPERV_CA'], '-u',
         f"{env['HYPERV_SIM_USER']}:{password}", '-H',
         'Content-Type: application/soap+xml;charset=UTF-8', '--data-binary', '@-',
         env['HYPERV_SIM_ENDPOINT']], input=text.encode(), capture_output=True, timeout=60,
        env=CLEAN, check=False)
    return done.returncode, done.stdout


def leaks():
    """What was left open is listed with who opened it, and failing for it is one call."""
    with Site('--clock', 'stepped') as site:
        site.api('POST', '/leaks/none')
        code, body = post(site.env, ENUMERATE.format(klass='Msvm_ComputerSystem'))
        assert code == 0 and b'EnumerationContext' in body, (code, body)
        found = site.api('GET', '/leaks')
        number = site.api('GET', '/journal?operation=Enumerate')[0]['number']
        assert len(found) == 1 and found[0]['kind'] == 'context', found
        assert found[0]['what'] == 'Msvm_ComputerSystem', found
        assert found[0]['opened_by'] == number and found[0]['user'] == 'administrator', found
        text = site.api('POST', '/leaks/none', {}, 409)['message']
        assert text == ('left open: context of Msvm_ComputerSystem by administrator '
                        f'(#{number})'), text
        site.api('POST', '/reset')
        site.api('POST', '/leaks/none')


def jobs_and_clock():
    """On a stepped clock a job stays open until time is moved, and is listed meanwhile."""
    with Site('--clock', 'stepped') as site:
        starting = subprocess.Popen([HYPERV, 'start', 'db01'],
                                    env={**CLEAN, **site.env}, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL)
        site.api('POST', '/journal/wait', {'method': 'RequestStateChange', 'seconds': 60})
        job = [row for row in site.api('GET', '/leaks') if row['kind'] == 'job'][0]
        assert job['what'] == 'Starting Virtual Machine', job
        text = site.api('POST', '/snapshots', {'name': 'x'}, 400)['message']
        assert 'under way' in text, text
        assert site.api('GET', '/vms/db01')['state'] == 'starting'
        site.api('POST', '/clock/advance', {'seconds': 1})
        assert site.api('GET', '/vms/db01')['state'] == 'starting'
        assert site.api('POST', '/clock/run')['due'] == 0
        assert site.api('GET', '/vms/db01')['state'] == 'running'
        site.api('POST', '/clock', {'mode': 'jump'})
        starting.terminate()
        starting.wait(timeout=30)
        site.api('POST', '/clock', {'mode': 'real', 'rate': 10})
        assert site.api('GET', '/clock')['rate'] == 10
        site.api('POST', '/clock/advance', {'seconds': 1}, 400)


def snapshots():
    """A snapshot comes back: states, instances, devices, date; reset is the beginning."""
    with Site() as site:
        first = site.api('GET', '/vms')
        jobs = 'SELECT * FROM Msvm_ConcreteJob'
        shipped = site.api('GET', query(jobs))
        hyperv('start', 'db01', env=site.env)
        hyperv('turn-off', 'web01', env=site.env)
        then, date = site.api('GET', '/vms'), site.api('GET', '/clock')['date']
        devices = 'SELECT * FROM Msvm_Processor'
        before = site.api('GET', query(devices))
        site.api('POST', '/snapshots', {'name': 'two'})
        assert site.api('GET', '/snapshots') == ['two']
        hyperv('start', 'web01', env=site.env)
        hyperv('turn-off', 'db01', env=site.env)
        site.api('POST', '/setting', {'group': 'limits', 'key': 'MaxBatchItems', 'value': '1'})
        site.api('POST', '/snapshots/two/roll-back')
        assert site.api('GET', '/vms') == then
        assert site.api('GET', query(devices)) == before
        assert site.api('GET', query(jobs)) == shipped, 'jobs of then have no record now'
        assert site.api('GET', '/clock')['date'] == date
        assert site.api('GET', '/setting?group=limits&key=MaxBatchItems')['value'] == '32000'
        hyperv('start', 'web01', env=site.env)
        assert [vm for vm in site.api('GET', '/vms') if vm['name'] == 'web01'][0]['id'] is not None
        site.api('DELETE', '/snapshots/two')
        site.api('DELETE', '/snapshots/two', code=404)
        site.api('POST', '/reset')
        assert site.api('GET', '/vms') == first
        assert site.api('GET', '/clock')['date'] == '2024-06-03T08:00:00Z'


def causes():
    """Each cause sets return value or job error and what the VM shows, in the same words."""
    for cause, words, shown in (
            ('disk-full', 'There is not enough space on the disk.', ('HealthState', 25)),
            ('vm-locked-by-backup', '32774', None),
            ('out-of-memory', 'Not enough memory', None)):
        with Site() as site:
            site.api('POST', '/failures', {'filter': 'cause', 'cause': cause, 'count': 1,
                                           'method': 'RequestStateChange'})
            text = told('start', 'db01', env=site.env)
            assert words in text, (cause, text)
            if shown:
                row = site.api('GET', query("SELECT * FROM Msvm_ComputerSystem WHERE "
                                            "ElementName = 'db01'"))[0]
                assert row[shown[0]] == shown[1], row
            assert site.api('GET', '/vms/db01')['state'] == 'off'
            assert len(site.api('GET', '/journal?filter=cause')) == 1
            hyperv('start', 'db01', env=site.env)
    with Site() as site:
        site.api('POST', '/failures', {'filter': 'cause', 'cause': 'cluster-owner-moved'})
        told('start', 'db01', env=site.env)
        assert 'db01' not in {vm['name'] for vm in site.api('GET', '/vms')}
        rows = site.api('GET', query("SELECT * FROM Msvm_VirtualSystemSettingData WHERE "
                                     "ElementName = 'db01'"))
        assert rows == [], rows
    with Site() as site:
        site.api('POST', '/failures', {'filter': 'cause', 'cause': 'integration-services-missing'})
        text = told('shutdown', 'web01', env=site.env)
        assert '32780' in text, text
        assert site.api('GET', '/vms/web01')['state'] == 'running'
        site.api('DELETE', '/failures')
        assert '32780' in told('shutdown', 'web01', env=site.env)


STARTING = "SELECT * FROM Msvm_ConcreteJob WHERE Caption = 'Starting Virtual Machine'"


def jobs_end():
    """A job fails, stalls or dies where the filter says."""
    for end, state in (('fails', 10), ('dies', 9)):
        with Site() as site:
            site.api('POST', '/failures', {'filter': 'job', 'end': end, 'percent': 30})
            told('start', 'db01', env=site.env)
            job = site.api('GET', query(STARTING))[0]
            assert job['JobState'] == state and job['PercentComplete'] == 30, job
            assert site.api('GET', '/vms/db01')['state'] == 'off'
    with Site('--clock', 'stepped') as site:
        site.api('POST', '/failures', {'filter': 'job', 'end': 'stalls', 'percent': 30})
        starting = subprocess.Popen([HYPERV, 'start', 'db01'],
                                    env={**CLEAN, **site.env}, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL)
        site.api('POST', '/journal/wait', {'method': 'RequestStateChange', 'seconds': 60})
        site.api('POST', '/clock/advance', {'seconds': 3600})
        job = site.api('GET', query(STARTING))[0]
        assert job['JobState'] == 4 and job['PercentComplete'] == 30, job
        starting.kill()
        starting.wait(timeout=30)


def wire_failures():
    """Replies are truncated, garbled, dripped, refused; the journal says which filter it was."""
    get = ENUMERATE.format(klass='Msvm_ComputerSystem')
    with Site() as site:
        whole = post(site.env, get)[1]
        for arguments, test in (
                ({'filter': 'truncate', 'bytes': 100}, lambda b: b == whole[:100]),
                ({'filter': 'truncate'}, lambda b: 0 < len(b) < len(whole)),
                ({'filter': 'garble'}, lambda b: len(b) == len(whole) and b != whole),
                ({'filter': 'drip', 'bytes': 400, 'milliseconds': 1},
                 lambda b: len(b) == len(whole) and b.endswith(b'</s:Envelope>')),
                ({'filter': 'quota'}, lambda b: b'QuotaLimit' in b),
                ({'filter': 'soap-fault', 'fault': 'AccessDenied'}, lambda b: b'AccessDenied' in b),
                ({'filter': 'http-status', 'status': 503, 'body': 'x'}, lambda b: b == b'x'),
                ({'filter': 'lost-reply'}, lambda b: b == b''),
                ({'filter': 'reboot'}, lambda b: b == b'')):
            added = site.api('POST', '/failures', {**arguments, 'operation': 'Enumerate',
                                                   'count': 1})
            body = post(site.env, get)[1]
            assert test(body), (arguments, body[:400])
            entry = site.api('GET', '/journal?last=1&operation=Enumerate')[0]
            assert entry['filter'] == arguments['filter'], (arguments, entry)
            row = [row for row in site.api('GET', '/failures') if row['id'] == added['id']][0]
            assert row['acted'] == 1, row
            site.api('DELETE', f"/failures/{added['id']}")
            site.api('POST', '/reset')


def stall():
    """A stalled exchange gets nothing and keeps its connection until the client goes."""
    with Site() as site:
        site.api('POST', '/failures', {'filter': 'stall', 'operation': 'Enumerate'})
        waiting = subprocess.Popen([HYPERV, 'list'], env={**CLEAN, **site.env},
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        site.api('POST', '/journal/wait', {'filter': 'stall', 'seconds': 60})
        assert waiting.poll() is None
        waiting.terminate()
        waiting.wait(timeout=30)
        site.api('DELETE', '/failures')
        hyperv('list', env=site.env)


def expired_context():
    """An expired context is gone for the Pull and for what comes after."""
    with Site() as site:
        site.api('POST', '/failures', {'filter': 'expired-context', 'count': 1})
        site.api('POST', '/setting', {'group': 'limits', 'key': 'MaxBatchItems', 'value': '1'})
        text = told('query', 'SELECT * FROM Msvm_Processor', env=site.env)
        assert len(site.api('GET', '/journal?operation=Pull&fault=n:InvalidEnumerationContext')) \
            + len(site.api('GET', '/journal?operation=Pull&refused=true')) >= 1, text
        site.api('POST', '/leaks/none')


def false_failure():
    """A reply that says failed though it is done."""
    with Site() as site:
        site.api('POST', '/failures', {'filter': 'false-failure', 'return_value': 32775})
        text = told('start', 'db01', env=site.env)
        assert '32775' in text, text
        site.api('POST', '/clock/run')
        assert site.api('GET', '/vms/db01')['state'] == 'running'


def counted():
    """nth, every and count choose; a probability gives the same choice for the same seed."""
    get = ENUMERATE.format(klass='Msvm_ResourcePool')
    with Site() as site:
        def pattern(**arguments):
            site.api('POST', '/reset', {'seed': 7})
            site.api('POST', '/failures', {'filter': 'http-status', 'status': 503,
                                           'operation': 'Enumerate', **arguments})
            for _ in range(12):
                post(site.env, get)
            return ''.join('x' if row['filter'] else '.'
                           for row in site.api('GET', '/journal?operation=Enumerate'))
        assert pattern(nth=3) == '..x.........', pattern(nth=3)
        assert pattern(every=4) == '...x...x...x', pattern(every=4)
        assert pattern(every=4, count=2) == '...x...x....', pattern(every=4, count=2)
        first = pattern(probability=0.5)
        assert first == pattern(probability=0.5) and '.' in first and 'x' in first, first


def several_hosts():
    """Hosts of one process have endpoints of their own and one clock; both doors name them."""
    with Site('--host', '2019', '--host', '2016', '--host', '2019') as site:
        hosts = site.api('GET', '/hosts')
        assert [host['host'] for host in hosts] == ['2019', '2016', '2019-2'], hosts
        assert site.env['HYPERV_SIM_HOSTS'] == '2019 2016 2019-2', site.env
        assert len({host['endpoint'] for host in hosts}) == 3, hosts
        assert hosts[1]['endpoint'] == site.env['HYPERV_SIM_ENDPOINT_2'], hosts
        found = json.loads(hyperv('-c', site.env['HYPERV_URI_2'], '-o', 'json', 'version',
                                  env={'HYPERV_AUTH_FILE': site.env['HYPERV_AUTH_FILE']}))
        assert found['release'] == '2016', found
        site.api('POST', '/vms/db01/state', {'state': 'running', 'host': '2019-2'})
        states = [site.api('GET', f"/vms/db01?host={host['host']}")['state'] for host in hosts]
        assert states == ['off', 'off', 'running'], states
        assert len(site.api('GET', '/journal?host=2016')) > 0
        assert site.api('GET', '/journal') == [], 'what one host was asked is in another journal'


def described():
    """The OpenAPI file and the schema of the repository are the server's, and every route is."""
    with Site() as site:
        for name in ('openapi.json', 'scenario.schema.json'):
            with open(os.path.join(FILES, name), encoding='utf-8') as file:
                kept = json.load(file)
            assert site.api('GET', '/' + name) == kept, f'curl "$HYPERV_SIM_CONTROL/{name}" writes it anew'
        paths = site.api('GET', '/openapi.json')['paths']
        n = 0
        for path, methods in paths.items():
            for method, operation in methods.items():
                n += 1
                where = re.sub(r'{.*?}', 'nothing', path)[len('/v1'):]
                required = [p['name'] for p in operation['parameters']
                            if p['required'] and p['in'] == 'query']
                status = 400 if required else None
                request = urllib.request.Request(site.api.uri + where, method=method.upper(),
                                                 data=b'{"unknown": 1}'
                                                 if 'requestBody' in operation else None)
                try:
                    with urllib.request.urlopen(request, timeout=60) as reply:
                        found = reply.status
                except urllib.error.HTTPError as error:
                    found = error.code
                    message = json.loads(error.read())['message']
                    assert 'no such route' not in message, (method, path, message)
                assert found in (200, 400, 404, 409), (method, path, found)
                assert status is None or found == status, (method, path, found)
        assert n == len(re.findall(r'^\S', sim('--verbs'), re.M)), n


def documented():
    """The README names each verb's door, and --verbs every argument."""
    text = sim('--verbs')
    assert re.search(r'^vm-state    POST /v1/vms/{vm}/state$', text, re.M), text
    assert '      state (string, required, running|off|saved|paused): ' in text, text


def scenario():
    """A scenario is done before the ready line; its errors have line and place."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, 'world.json')
        with open(file, 'w', encoding='utf-8') as out:
            out.write('[\n  { "do": "vm-state", "vm": "db01", "state": "running" },\n'
                      '  { "do": "failure-add", "filter": "quota", "operation": "Pull" }\n]\n')
        with Site('--scenario', file, '--do', '{"do": "vm-state", "vm": "web01", "state": "off"}',
                  '--do', '[{"do": "clock-set", "mode": "stepped"}]') as site:
            states = {vm['name']: vm['state'] for vm in site.api('GET', '/vms')}
            assert states['db01'] == 'running' and states['web01'] == 'off', states
            assert site.api('GET', '/failures')[0]['filter'] == 'quota'
            assert site.api('GET', '/clock')['mode'] == 'stepped'
        for text, expected in (
                ('[\n {"do": "vms"},\n {"do": "vm-state",\n  "vm": "db01",\n  "state": "on"}\n]',
                 'world.json:5: $[1].state: expected one of running, off, saved, paused, found "on"'),
                ('[\n {"do": "vms"},\n 7]', 'world.json: $[1]: expected a call'),
                ('[\n {"do": "vm", "vm": "nobody"}]', 'world.json:2: $[0]: '),
                ('[\n {"do": "vms",}\n]', 'world.json: no JSON: '),
                ('', 'world.json: expected a call or an array of calls, found nothing'),
                ('[' * 100, 'at most 32 levels'),
                ('[{}]', '$[0].do: expected a verb (hosts, host-setting')):
            with open(file, 'w', encoding='utf-8') as out:
                out.write(text)
            found = sim('--scenario', file, code=1)
            assert expected in found and found.startswith('hyperv-sim: --scenario: '), found
        found = sim('--do', '{"do": "reset", "seed": -1}', code=1)
        assert '$.seed: expected a whole number, not negative, found -1' in found, found


def refuses_to_listen():
    """Neither door opens to other machines without a secret."""
    text = sim('--listen', '0.0.0.0:0', code=1)
    assert '--password-file' in text, text
    text = sim('--control', '0.0.0.0:0', code=1)
    assert 'needs a token' in text and '--control-token-file' in text, text
    text = sim('--control', '[::]:0', code=1)
    assert 'needs a token' in text, text
    text = sim('--control', 'localhost:0', code=1)
    assert '--control localhost:0: “localhost” is no IP address' in text, text
    text = sim('--control-token-file', '/dev/null', code=1)
    assert 'there is no --control' in text, text


def token():
    """With a token set, callers must show it; pages in browsers are refused anyway."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, 'token')
        with open(file, 'w', encoding='utf-8') as out:
            out.write('secret\n')
        with Site('--control-token-file', file) as site:
            assert site.env['HYPERV_SIM_CONTROL_TOKEN_FILE'] == file
            assert site.api('GET', '/vms', code=401)['error'] == 'unauthorized'
            for wrong in ('secre', 'secrets', 'secreT'):
                Api(site.api.uri, wrong)('GET', '/vms', code=401)
            assert Api(site.api.uri, 'secret')('GET', '/vms')
        with Site() as site:
            site.api('GET', '/vms', code=403, headers={'Origin': 'http://evil.example'})
            site.api('GET', '/vms', code=403, headers={'Host': 'evil.example'})
            site.api('GET', '/vms', headers={'Host': 'localhost'})


def ready_file():
    """The ready file names the control API."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, 'ready.json')
        with Site('--ready-file', file) as site:
            with open(file, encoding='utf-8') as ready:
                assert json.load(ready)['HYPERV_SIM_CONTROL'] == site.api.uri


tap.run([vms, instances, refused_arguments, journal, journal_wait, leaks, jobs_and_clock, snapshots,
         causes, jobs_end, wire_failures, stall, expired_context, false_failure, counted,
         several_hosts, described, documented, scenario, refuses_to_listen, token, ready_file])
