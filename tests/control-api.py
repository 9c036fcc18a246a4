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
from control import Api, Site, enumerate_request, post, query
from programs import CLEAN, HYPERV, hyperv, sim

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FILES = os.path.join(ROOT, 'simulator', 'control')


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
                ('POST', '/vms/nobody/state', {'state': 'off'}, 404, 'nobody'),
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
        assert len(site.api('GET', '/journal?operation=Invoke&user=administrator')) == 1
        assert len(site.api('GET', '/journal?operation=Invoke&refused=false')) == 1
        for other in ('selector=Name=nobody', 'user=nobody', 'refused=true', 'fault=w:TimedOut'):
            assert site.api('GET', '/journal?operation=Invoke&' + other) == [], other
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


def leaks():
    """What was left open is listed with who opened it, and failing for it is one call."""
    with Site('--clock', 'stepped') as site:
        site.api('POST', '/leaks/none')
        code, body = post(site.env, enumerate_request('Msvm_ComputerSystem'))
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
        assert site.api('GET', '/vms/web01')['id'] is not None
        site.api('DELETE', '/snapshots/two')
        site.api('DELETE', '/snapshots/two', code=404)
        site.api('POST', '/reset')
        assert site.api('GET', '/vms') == first
        assert site.api('GET', '/clock')['date'] == '2024-06-03T08:00:00Z'


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
        site.api('POST', '/reset')
        ids = [site.api('POST', '/vms/db01/state', {'state': 'running', 'host': host})['id']
               for host in ('2019', '2019-2')]
        assert ids[0] != ids[1], 'their random numbers are others after a reset, too'


def described():
    """The OpenAPI file and the schema of the repository are the server's, and every route is."""
    with Site() as site:
        for name in ('openapi.json', 'scenario.schema.json'):
            with open(os.path.join(FILES, name), encoding='utf-8') as file:
                kept = json.load(file)
            assert site.api('GET', '/' + name) == kept, \
                f'curl "$HYPERV_SIM_CONTROL/{name}" writes it anew'
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
        assert n == len(re.findall(r'^\S', sim('--verbs'), re.M)) + len(['do']), n


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
                 'world.json:5: $[1].state: expected one of running, off, saved, paused, found '
                 '"on"'),
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
         several_hosts, described, documented, scenario, refuses_to_listen, token, ready_file])
