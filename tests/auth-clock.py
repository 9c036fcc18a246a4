# SPDX-License-Identifier: LGPL-2.1-or-later
"""Kerberos where a clock is wrong, this machine's or the host's; the domain's is right.

usage: auth-clock.py HYPERV HYPERV_SIM SOURCE_DIR OTHER_CLOCK

The realm is a real one; the clock of one process is off by what OTHER_CLOCK adds, preloaded."""
import json
import os
import re
import shutil
import subprocess
import sys
import time
from email.utils import formatdate

import front
import tap
from broken import ENV, FOLDER, HYPERV, Host, auth_file

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'interop'))
import authkit  # noqa: E402

REMEDY = (r'; the clocks of this machine, the domain controller and the host may differ by five '
          r'minutes: compare date -u here with w32tm /query /status on the host, and set both by a '
          r'time server \(timedatectl set-ntp true here, w32tm /resync on the host\)$')
ON_HOST = 'w32tm /query /status; w32tm /resync'
HERE = "compare with date -u, and set this machine's clock: timedatectl set-ntp true"
# Sentence; seconds by which the host's clock is ahead, and this machine's; whether there is a
# ticket or a password; scheme; what the message says (None: it works);
# what doctor says of the clock.
# With a password the KDC's own answer tells krb5 the time (kdc_timesync of krb5.conf).
ROWS = [
    ('clocks that differ by four minutes', 240, 0, 'ticket', 'kerberos', None,
     "the host's clock differs by 2[34]. s"),
    ("a host's clock that is ahead", 600, 0, 'ticket', 'kerberos', 'Clock skew too great',
     "the host's clock is (599|60.) s ahead; Kerberos allows 300"),
    ("a host's clock that is behind", -600, 0, 'ticket', 'kerberos', 'Ticket not yet valid',
     "the host's clock is (599|60.) s behind; Kerberos allows 300"),
    ("a host's clock that is ahead, and a password", 600, 0, 'password', 'kerberos',
     'Clock skew too great', 'ahead'),
    ("a host's clock that is ahead, with SPNEGO", 600, 0, 'password', 'negotiate',
     'Clock skew too great', 'ahead'),
    ("this machine's clock that is ahead", 0, 600, 'ticket', 'kerberos', 'Clock skew too great',
     'behind; Kerberos allows 300'),
    ("this machine's clock that is behind", 0, -600, 'ticket', 'kerberos', 'Clock skew too great',
     'ahead; Kerberos allows 300'),
    ("this machine's clock that is ahead, and a password", 0, 600, 'password', 'kerberos', None,
     'behind; Kerberos allows 300'),
]

with open(os.path.join(sys.argv[3], 'docs/symptoms.md'), encoding='utf-8') as page:
    SYMPTOMS = page.read()


def preloaded(seconds):
    return {'LD_PRELOAD': sys.argv[4], 'OTHER_CLOCK': str(seconds)}


def says_time(seconds):
    """WinRM's Date is the host's clock; the simulator's is the virtual one."""
    def reply(head, body):
        date = formatdate(time.time() + seconds, usegmt=True).encode()
        return re.sub(rb'Date: [^\r]*', b'Date: ' + date, head), body
    return reply


def hyperv(uri, env, *words):
    return subprocess.run([HYPERV, '-c', uri, *words], env=env, capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL, check=False)


def examine(kdc, host, row):
    _, ahead, here, login, scheme, reason, clock = row
    one = front.front(host.ports[1], reply=says_time(ahead))
    uri = (f'hyperv://administrator%40{authkit.REALM}@localhost:{one.port}/'
           f'?transport=http&auth={scheme}')
    env = {**ENV, **kdc.env, **preloaded(here)}
    if login == 'password':
        env['HYPERV_AUTH_FILE'] = auth_file(f'administrator@{authkit.REALM}', 'ticket')
        env['KRB5CCNAME'] = os.path.join(FOLDER, 'none')
    done = hyperv(uri, env, 'version')
    rows = {found['check']: found for found in
            json.loads(hyperv(uri, env, '-o', 'json', 'doctor').stdout)}
    one.__exit__()
    assert re.search(clock, rows['clock']['reason']), rows['clock']
    if reason is None:
        assert done.returncode == 0 and rows['login']['state'] == 'ok', (done.stderr, rows['login'])
        return
    assert done.returncode == 3, done
    assert re.search(reason + '.*' + REMEDY, done.stderr.strip()), done.stderr
    assert rows['login']['state'] == 'failed', rows
    assert rows['clock']['state'] == ('failed' if scheme == 'kerberos' else 'ok'), rows['clock']
    assert reason in rows['login']['reason'], rows['login']
    assert f'| `login` | `{reason}` |' in SYMPTOMS and f'| `{ON_HOST}` | {HERE} |' in SYMPTOMS
    assert (rows['login']['on-host'], rows['login']['here']) == (ON_HOST, HERE), rows['login']


def examiner(row):
    def test():
        kdc, host = authkit.Kdc(), None
        try:
            host = Host('--auth', 'negotiate,kerberos', '--keytab', kdc.keytab, '--clock', 'real',
                        env=preloaded(row[1]))
            examine(kdc, host, row)
        finally:
            if host is not None:
                host.stop()
            kdc.stop()
    test.__doc__ = row[0]
    return test


try:
    tap.run([examiner(row) for row in ROWS])
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
