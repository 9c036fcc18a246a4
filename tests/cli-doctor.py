# SPDX-License-Identifier: LGPL-2.1-or-later
"""hyperv doctor names what is wrong: broken set-ups, each with one planted cause.

usage: cli-doctor.py HYPERV HYPERV_SIM SOURCE_DIR"""
import json
import os
import re
import shutil
import subprocess
import sys

import front
import tap
from broken import (ENV, FOLDER, HOSTS, HYPERV, Host, as_user, at, auth_file, between,
                    client_certificate, crossed, fault_for, file_of, kerberos_now,
                    known_hosts_changed, no_credentials, now, only_kerberos, opened_tls,
                    other_ca, plain, replaced, server, silent_for, through_proxy, with_ca_file,
                    without_ca)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'interop'))
import authkit  # noqa: E402

QUOTA = os.path.join(sys.argv[3], 'fixtures/exchanges/faults-and-config/wmi_error_v2.xml')
CHECKS = ['name', 'tcp', 'tls', 'certificate', 'http', 'schemes', 'clock', 'credentials', 'trust',
          'login', 'kerberos', 'binding', 'encryption', 'identify', 'system', 'release', 'limits',
          'namespace', 'rights']


def doctor(uri, auth, form='json', env=None):
    done = subprocess.run([HYPERV, '-o', form, '-c', uri, 'doctor'],
                          env={**(env or ENV), **({'HYPERV_AUTH_FILE': auth} if auth else {})},
                          capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
                          check=False)
    return done


def like_quota(**words):
    """A fault of Windows as that of the quota, with other words in it."""
    with open(QUOTA, encoding='utf-8') as file:
        text = file.read()
    for old, new in (('2150859173', words['code']), ('w:QuotaLimit', words['subcode'])):
        assert old in text
        text = text.replace(old, new)
    return file_of(text)


def merged(head, body):
    """All that is offered in one line, as some proxies write it."""
    lines = head.split(b'\r\n')
    offers = [line[18:] for line in lines if line.startswith(b'WWW-Authenticate: ')]
    lines = [line for line in lines if not line.startswith(b'WWW-Authenticate: ')]
    if offers:
        lines.insert(1, b'WWW-Authenticate: ' + b', '.join(offers))
    return b'\r\n'.join(lines), body


def kerberos_too(head, body):
    """Kerberos is offered besides, and the clocks agree."""
    head, body = now(head, body)
    return head.replace(b'WWW-Authenticate: Negotiate\r\n',
                        b'WWW-Authenticate: Negotiate\r\nWWW-Authenticate: Kerberos\r\n'), body


def wrong_password_and_kerberos():
    uri, _, servers = between(reply=kerberos_too, more='')()
    return at(uri, auth_file('administrator', 'not-it'), *servers)


def after_login(answer):
    """Whoever sends credentials gets this; None: nothing."""
    def request(head, body):
        return answer if b'\r\nAuthorization: ' in head else (head, body)
    return request


def without_limits(head, body):
    if b'MaxEnvelopeSizekb' not in body:
        return head, body
    body = re.sub(rb'(<cfg:Config [^>]*>).*(</cfg:Config>)', rb'\1\2', body)
    return re.sub(rb'Content-Length: \d+', b'Content-Length: %d' % len(body), head), body


def prover(row):
    def test():
        sentence, setup, check, state, reason = row
        uri, auth, servers = setup()
        try:
            done = doctor(uri, auth)
        finally:
            for one in servers:
                one.__exit__()
        found = {one['check']: one for one in json.loads(done.stdout)}[check]
        assert found['state'] == state and re.search(reason, found['reason']), (sentence, found)
    test.__doc__ = f'doctor says only what is proven: {row[0]}'
    return test


VSMS = b'FROM Msvm_VirtualSystemManagementService'
NOT_HTTP = b'220 mail.example ESMTP ready\r\n'
PAGE = b'HTTP/1.1 %s\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello'
# Sentence, set-up, check, its state, what its reason says.
UNPROVEN = [
    ('all that is offered in one line', between(reply=merged), 'schemes', 'ok',
     'Negotiate, Basic$'),
    ('a host that answers 404 to a login', between(after_login(PAGE % b'404 Not Found')),
     'login', 'skipped', 'tried with basic, and not told whether'),
    ('a host that answers 503 to a login', between(after_login(PAGE % b'503 Service Unavailable')),
     'login', 'skipped', 'not told whether .*503'),
    ('a host that is silent to a login',
     between(after_login(None), kerberos_too, more='', timeout=1),
     'kerberos', 'skipped', 'because of: login'),
    ('a wrong password where Kerberos is offered, too',
     wrong_password_and_kerberos,
     'kerberos', 'skipped', 'no ticket for one of'),
    ('winrm/config without a limit', between(reply=without_limits), 'limits', 'skipped',
     'no limits in it'),
]

# Sentence, set-up, the check that fails, exit code, what its reason says, what helps on the host
# and here (both as patterns; None: nothing is said).
ROWS = [
    ('a name that cannot be', lambda: at('hyperv://' + 'x' * 64 + '.invalid/', auth_file('a', 'b')),
     'name', 4, 'is not known', 'hostname', '/etc/hosts'),
    ('nobody listens at the port of HTTPS',
     lambda: at(f'hyperv://127.0.0.1:{front.closed_port()}/', auth_file('a', 'b')),
     'tcp', 4, 'refused', 'Transport HTTPS.*New-NetFirewallRule.*LocalPort', '5986'),
    ('nobody listens at the port of HTTP',
     lambda: at(f'hyperv://127.0.0.1:{front.closed_port()}/?transport=http', auth_file('a', 'b')),
     'tcp', 4, 'refused', 'Enable-PSRemoting', '5985'),
    ('a mail server', server(lambda: front.greets(NOT_HTTP)),
     'http', 4, 'is not HTTP.*220 mail', 'config/listener', 'port'),
    ('a port that closes', server(front.closes),
     'http', 4, 'closed without an answer', 'config/listener', 'leave transport=http away'),
    ('a mail server at the port of HTTPS', server(lambda: front.greets(NOT_HTTP), 'no_verify=1'),
     'tls', 4, 'no TLS on this port', 'config/listener', 'transport=http'),
    ('another web server', server(lambda: front.says(PAGE % b'404 Not Found')),
     'http', 4, '404', 'config/listener', '5986'),
    ('a page for everybody', server(lambda: front.says(PAGE % b'200 OK')),
     'http', 4, '200', 'config/listener', '5986'),
    ('WinRM does not run behind http.sys',
     server(lambda: front.says(PAGE % b'503 Service Unavailable')),
     'http', 2, '503', 'Start-Service WinRM', 'port'),
    ('a host that does not answer', server(front.keeps_silent),
     'http', 6, 'no answer within 1 s', 'Restart-Service WinRM', 'timeout='),
    ('plain HTTP to the port of HTTPS', crossed(True),
     'http', 4, 'TLS|closed without', None, 'leave transport=http away'),
    ('TLS to the port of plain HTTP', crossed(False),
     'tls', 4, 'no TLS on this port', 'config/listener', 'transport=http'),
    ('an expired certificate', plain('--server-certificate', 'expired'),
     'trust', 4, 'expired', 'New-SelfSignedCertificate', 'pin=sha256:[0-9a-f]{64}'),
    ('a certificate of the future', plain('--server-certificate', 'not-yet'),
     'trust', 4, 'not valid yet', 'w32tm', 'pin='),
    ('a certificate of another host', plain('--server-certificate', 'other-host'),
     'trust', 4, 'another name', 'DnsName', 'pin='),
    ('a weak certificate', plain('--server-certificate', 'weak'),
     'trust', 4, 'not safe enough', 'KeyLength 2048', 'pin='),
    ('a certificate signed by itself', without_ca,
     'trust', 4, "system's store.*issuer is not trusted", 'Export-Certificate', 'pin='),
    ('the CA file of another host', other_ca,
     'trust', 4, 'cacert=.*(not trusted|another authority)', 'Export-Certificate', 'pin='),
    ('a CA file that is not there', with_ca_file('/nonexistent'),
     'trust', 4, 'cacert=/nonexistent: ', 'Export-Certificate', 'PEM'),
    ('a CA file that is none', with_ca_file('/dev/null'),
     'trust', 4, 'cacert=/dev/null: expected a file', 'Export-Certificate', 'PEM'),
    ('a CA file without a certificate', with_ca_file('/etc/passwd'),
     'trust', 4, 'cacert=/etc/passwd: ', 'Export-Certificate', 'PEM'),
    ('another certificate than the pinned one', plain(more='&pin=sha256:' + 'ab' * 32),
     'trust', 4, 'not the pinned one', None, 'pin='),
    ('another certificate than last time', known_hosts_changed,
     'trust', 4, 'known from before', 'Export-Certificate', 'pin='),
    ('Basic is switched off', plain('--auth', 'negotiate', more='&auth=basic'),
     'schemes', 3, 'auth=basic, and the host offers: Negotiate', r'Basic="true"', 'leave auth='),
    ('Negotiate is switched off', plain('--auth', 'basic', more='&auth=negotiate'),
     'schemes', 3, 'auth=negotiate, and the host offers: Basic', r'Negotiate="true"', 'auth='),
    ('only CredSSP is offered', plain('--auth', 'credssp'),
     'schemes', 3, 'offers only: CredSSP', r'Negotiate="true"', 'certificate'),
    ('messages in clear are refused',
     plain('--allow-unencrypted', 'false', http=True, more='&auth=basic'),
     'encryption', 2, 'AllowUnencrypted is false', 'AllowUnencrypted="true"', 'HTTPS'),
    ('only Kerberos is offered, and there is no realm',
     between(reply=kerberos_now, more='&auth=kerberos'),
     'login', 3, 'default realm', None, 'user@REALM'),
    ('only Kerberos is offered, and there is no ticket',
     between(reply=kerberos_now, more='&auth=kerberos', known=False),
     'login', 3, 'no ticket', None, 'kinit'),
    ('the clocks differ, and Kerberos is offered', between(reply=only_kerberos, more=''),
     'clock', 3, 'Kerberos allows 300', 'w32tm /resync', 'time server'),
    ('a wrong password', as_user('administrator', password='not-it'),
     'login', 3, 'administrator.*wrong password', 'Get-WinEvent', 'password'),
    ('a wrong password with Basic over HTTP',
     as_user('administrator', password='not-it', http=True, more='&auth=basic'),
     'login', 3, 'administrator.*wrong password', '4625', 'password'),
    ('an account that is not there', as_user('nobody'),
     'login', 3, '"nobody"', 'Get-WinEvent', 'user and password'),
    ('a locked account', as_user('locked', '--account', 'locked=locked'),
     'login', 3, '"locked".*locked, disabled or expired', 'net user', 'password'),
    ('an expired account', as_user('old', '--account', 'old=expired'),
     'login', 3, '"old".*expired', 'net user', 'password'),
    ('a disabled account', as_user('off', '--account', 'off=disabled'),
     'login', 3, '"off".*disabled', 'net user', 'password'),
    ('a password that must be changed', as_user('new', '--account', 'new=must-change'),
     'login', 3, '"new".*must change its password', 'net user', 'password'),
    ('something on the way opens TLS', opened_tls,
     'login', 3, 'something that opens TLS', 'Get-WinEvent', 'opens TLS'),
    ('a client certificate that is not mapped', client_certificate(False, True),
     'login', 3, 'did not let', r'New-Item -Path WSMan:\\localhost\\ClientCertificate', 'mapped'),
    ('a client certificate of an unknown authority', client_certificate(True, False),
     'login', 3, 'did not let', 'ClientCertificate', 'mapped'),
    ('a file for cert= that is not there',
     plain('--auth', 'negotiate,basic', more='&auth=certificate&cert=/nonexistent'),
     'schemes', 3, 'auth=certificate', r'Certificate="true"', 'auth='),
    ('nobody knows the password', no_credentials,
     'credentials', 3, '127.0.0.1', None, 'HYPERV_AUTH_FILE'),
    ('a file that names a user without a password',
     lambda: at(HOSTS.get().https, auth_file('administrator', None)),
     'credentials', 3, 'password', None, 'auth.conf'),
    ('a proxy that refuses', through_proxy(lambda: front.says(PAGE % b'403 Forbidden')),
     'tcp', 4, 'proxy', None, 'proxy='),
    ('no administrator', as_user('guest', '--account', 'guest=without-rights'),
     'system', 2, 'AccessDenied', 'Add-LocalGroupMember -Group "Hyper-V Administrators"',
     'administrator'),
    ('a quota of WinRM', between(fault_for(b'Win32_OperatingSystem', QUOTA)),
     'system', 2, '2150859173', 'MaxConcurrentOperationsPerUser', 'other clients'),
    ('a WMI that does not do what is asked',
     between(fault_for(b'Win32_OperatingSystem',
                       like_quota(code='2150858771', subcode='a:ActionNotSupported'))),
     'system', 2, 'ActionNotSupported', 'winmgmt', None),
    ('the role Hyper-V is not installed', between(replaced(b'virtualization/v2',
                                                          b'virtualization/v0')),
     'namespace', 2, 'is not there: the role Hyper-V', 'Install-WindowsFeature -Name Hyper-V',
     None),
    ('a Windows that is too old', between(reply=replaced(b'10.0.17763', b'6.2.9200')),
     'release', 2, r'6\.2\.9200.*2012 R2', 'OsVersion', '2012 R2'),
    ('a host that is slow once somebody is in',
     between(silent_for(b'Win32_OperatingSystem'), timeout=1),
     'login', 6, 'silent for', None, 'timeout='),
    ('an account that sees nothing in the namespace',
     between(replaced(VSMS, VSMS + b" WHERE Name = &apos;nothing&apos;")),
     'rights', 2, 'sees nothing in root/virtualization/v2', 'Hyper-V Administrators',
     'administrator'),
]


# What docs/symptoms.md writes for what differs.
DIFFERS = (('FINGERPRINT', '[0-9a-f]{64}'), ('PORT', '[0-9]+'), ('NUMBER', '[0-9]+'),
           (' USER;', ' (USER|"\\S+");'), ('"USER"', '"[^"]*"'), ('HOST is', r'\S+ is'),
           ('HOST did', r'\S+ did'), ('OTHERS', '.*'), ('REASON', '.*'), ('SCHEME', r'\S+'))
SEEN = set()


def symptoms():
    """The rows of docs/symptoms.md."""
    with open(os.path.join(sys.argv[3], 'docs', 'symptoms.md'), encoding='utf-8') as file:
        rows = re.findall(r'^\| `(\w+)` \| (.*) \|$', file.read(), re.M)
    return [(check, *(cell.strip().strip('`') for cell in rest.split(' |')))
            for check, rest in rows]


def pattern_of(cell):
    pattern = re.escape(cell).replace(r'\ ', ' ')
    for word, differs in DIFFERS:
        pattern = pattern.replace(word, differs)
    return pattern


def look_up(check, found):
    """The row that somebody who reads this finds has its cures, and there is one."""
    on_host, here = found['on-host'] or '', found['here'] or ''
    for row in symptoms():
        if row[0] == check and re.search(pattern_of(row[1]), found['reason']) \
                and re.fullmatch(pattern_of(row[3]), on_host) \
                and re.fullmatch(pattern_of(row[4]), here):
            SEEN.add(row)
            return
    raise AssertionError(('docs/symptoms.md has no row for', check, found))


def examine(sentence, setup, check, code, reason, on_host, here):
    uri, auth, servers = setup()
    try:
        done = doctor(uri, auth)
    finally:
        for one in servers:
            one.__exit__()
    rows = {row['check']: row for row in json.loads(done.stdout)}
    shown = (sentence, {name: row for name, row in rows.items() if row['state'] == 'failed'},
             done.stderr)
    assert list(rows) == CHECKS, list(rows)
    failed = [name for name in CHECKS if rows[name]['state'] == 'failed']
    assert failed[:1] == [check], (sentence, failed, shown)
    found = rows[check]
    assert re.search(reason, found['reason']), shown
    for pattern, text in ((on_host, found['on-host']), (here, found['here'])):
        assert pattern is None or re.search(pattern, text or ''), (pattern, shown)
    look_up(check, found)
    assert done.returncode == code, (done.returncode, shown)
    assert done.stderr.splitlines()[-1].startswith('hyperv: doctor: '), done.stderr
    assert check in done.stderr, done.stderr
    secrets = [host.password for host in HOSTS.hosts.values()] + ['not-it']
    assert not any(secret in done.stdout + done.stderr for secret in secrets), sentence


def examiner(row):
    def test():
        if not shutil.which('openssl') and 'certificate' in row[0]:
            raise tap.Skip('openssl is not installed')
        examine(*row)
    test.__doc__ = f'doctor names the cause: {row[0]}'
    return test


def healthy():
    """A host that is well: no check fails, over HTTPS and over HTTP"""
    host = HOSTS.get()
    for uri, skipped in ((host.https, {'kerberos'}),
                         (host.http, {'tls', 'certificate', 'trust', 'kerberos', 'binding'})):
        done = doctor(uri, host.auth)
        rows = {row['check']: row for row in json.loads(done.stdout)}
        assert done.returncode == 0 and done.stderr == '', (done.returncode, done.stderr)
        assert list(rows) == CHECKS
        other = {name for name, row in rows.items() if row['state'] != 'ok'} - {'limits'}
        assert other == skipped, rows
        assert all(set(row) == {'check', 'state', 'reason', 'on-host', 'here'}
                   for row in rows.values())
        assert 'sealed' in rows['encryption']['reason'] or uri == host.https, rows['encryption']
        assert '10.0.17763' in rows['identify']['reason'], rows['identify']
        assert '6 virtual machines' in rows['rights']['reason'], rows['rights']


def for_people():
    """The form for people: a line for each check, and what helps below it"""
    host = HOSTS.get('--server-certificate', 'expired')
    done = doctor(host.https, host.auth, 'table')
    lines = done.stdout.splitlines()
    assert done.returncode == 4
    assert [line.split()[1] for line in lines if not line.startswith(' ')] == CHECKS, lines
    assert sum(line.strip().startswith('on the host: ') for line in lines) == 1, lines
    assert sum(line.strip().startswith('here: ') for line in lines) == 1, lines
    assert done.stderr == (f'hyperv: doctor: 127.0.0.1:{host.ports[0]}: 1 of {len(CHECKS)} checks '
                           'failed: trust\n'), done.stderr


def usage():
    """A URI that is none, and none at all, is a mistake of the command line"""
    for words in (['doctor'], ['-c', 'hyperv://h/?nonsense=1', 'doctor'],
                  ['-c', 'hyperv://h/', 'doctor', 'word']):
        done = subprocess.run([HYPERV, *words], env=ENV, capture_output=True, text=True, timeout=60,
                              check=False)
        assert done.returncode == 1 and done.stdout == '', (words, done)


def one_login_only():
    """A login that is refused is tried once: every try counts towards a lock-out"""
    requests = []

    def request(head, body):
        requests.append(head)
        return head, body

    uri, _, servers = between(request)()
    doctor(uri, auth_file('administrator', 'not-it'))
    servers[0].__exit__()
    tries = [head for head in requests if b'\r\nAuthorization:' in head]
    assert len(tries) == 1, tries


# What the KDC says of an account is told as it says it: how to spoil the account or the way to it,
# its password, the name of the host, and what doctor then finds.
REALM_ROWS = [
    ('a wrong password', None, 'not-it', 'localhost', 'Preauth|Password|Decrypt', 'password'),
    ('a locked or disabled account', 'modprinc -allow_tix administrator', 'ticket', 'localhost',
     'revoked', 'unlocked'),
    ('a password that has expired', 'modprinc +allow_tix -pwexpire "1 day ago" administrator',
     'ticket', 'localhost', 'expired', 'kpasswd'),
    ('a host of another name', 'modprinc -pwexpire never administrator', 'ticket', '127.0.0.1',
     'Server .*not found', 'spn='),
]


def with_a_realm():
    """What the KDC says is told: wrong, locked, expired, no such host; and Kerberos that works"""
    kdc = authkit.Kdc()
    host = None
    try:
        host = Host('--auth', 'negotiate,kerberos', '--keytab', kdc.keytab, '--clock', 'real')
        one = front.front(host.ports[1], reply=now)
        more = '/?transport=http&auth=kerberos'
        env = {**ENV, **kdc.env, 'KRB5CCNAME': os.path.join(FOLDER, 'none')}
        for sentence, spoil, password, name, reason, here in REALM_ROWS:
            if spoil is not None:
                kdc.run('kadmin.local', '-r', authkit.REALM, '-q', spoil)
            done = doctor(f'hyperv://{name}:{one.port}{more}',
                          auth_file(f'administrator@{authkit.REALM}', password), env=env)
            rows = {row['check']: row for row in json.loads(done.stdout)}
            assert done.returncode == 3 and rows['login']['state'] == 'failed', (sentence, rows)
            assert re.search(reason, rows['login']['reason']), (sentence, rows['login'])
            assert here in (rows['login']['here'] or ''), (sentence, rows['login'])
            look_up('login', rows['login'])
        done = doctor(f'hyperv://localhost:{one.port}{more}',
                      auth_file(f'administrator@{authkit.REALM}', 'ticket'), env=env)
        rows = {row['check']: row for row in json.loads(done.stdout)}
        assert done.returncode == 0, (rows, done.stderr)
        assert 'HTTP/localhost' in rows['kerberos']['reason'], rows['kerberos']
        assert rows['login']['reason'] == 'with kerberos (kerberos)', rows['login']
        one.__exit__()
    finally:
        if host is not None:
            host.stop()
        kdc.stop()


# What auth-clock.py finds and looks up, by clocks that are wrong.
BY_CLOCK = ('Clock skew too great', 'Ticket not yet valid')


def page():
    """Every row of docs/symptoms.md was found above, or by auth-clock.py"""
    if not shutil.which('openssl') or not shutil.which('kadmin.local'):
        raise tap.Skip('openssl or krb5-kdc is not installed')
    missing = [row for row in symptoms() if row not in SEEN and row[1] not in BY_CLOCK]
    assert SEEN and not missing, missing


try:
    tap.run([healthy, for_people, usage, one_login_only, with_a_realm,
             *(prover(row) for row in UNPROVEN),
             *(examiner(row) for row in ROWS), page])
finally:
    HOSTS.stop()
    shutil.rmtree(FOLDER, ignore_errors=True)
