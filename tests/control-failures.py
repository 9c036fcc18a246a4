# SPDX-License-Identifier: LGPL-2.1-or-later
"""What goes wrong on purpose, as clients meet it."""
import subprocess

import tap
from control import Site, enumerate_request, post, query, told
from programs import CLEAN, HYPERV, hyperv


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
    get = enumerate_request('Msvm_ComputerSystem')
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
    get = enumerate_request('Msvm_ResourcePool')
    with Site() as site:
        def pattern(seed=7, **arguments):
            site.api('POST', '/reset', {'seed': seed})
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
        assert first != pattern(seed=8, probability=0.5), first


tap.run([causes, jobs_end, wire_failures, stall, expired_context, false_failure, counted])
