# SPDX-License-Identifier: LGPL-2.1-or-later
"""Scheme by transport by client: programs that nobody here wrote log in to the simulator, and
ours beside them.

usage: auth-clients.py HYPERV_SIM HYPERV
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from urllib.parse import quote

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from authkit import Kdc, Sim, build_go, client_certificate, tap  # noqa: E402

PROGRAM, HYPERV = sys.argv[1:3]
SOAP = 'http://www.w3.org/2003/05/soap-envelope'
WSEN = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration'
WSMAN = 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd'
ANONYMOUS = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous'
RESOURCE = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_OperatingSystem'
ENUMERATE = (
    f'<s:Envelope xmlns:s="{SOAP}" xmlns:w="{WSMAN}" xmlns:n="{WSEN}" '
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header>'
    f'<a:Action s:mustUnderstand="true">{WSEN}/Enumerate</a:Action><a:To>http://host/wsman</a:To>'
    f'<w:ResourceURI s:mustUnderstand="true">{RESOURCE}</w:ResourceURI>'
    '<a:MessageID>uuid:6B1E6A1C-3A5D-4E2B-9A64-0D7D4C6B9E11</a:MessageID><a:ReplyTo><a:Address>'
    f'{ANONYMOUS}</a:Address></a:ReplyTo></s:Header><s:Body><n:Enumerate><w:OptimizeEnumeration/>'
    '<w:MaxElements>9</w:MaxElements></n:Enumerate></s:Body></s:Envelope>')
MECHANISM = '/etc/gss/mech.d/mech.ntlmssp.conf'  # of gss-ntlmssp
ANSWER = '10.0.17763'  # Win32_OperatingSystem.Version of the 2019 host

# What became of it: who got in, who was sent away, whose unsealed message was refused, and whose
# account has no rights.
IN, OUT, CLEAR, DENIED = 'in', '401', '500', 'denied'


def judge(status, text):
    if ANSWER in text:
        return IN
    if 'AccessDenied' in text and 'Code="5"' in text:
        return DENIED
    return {401: OUT, 500: CLEAR if not text else 'fault'}.get(status, f'{status} {text[:200]}')


def curl(sim, scheme, transport, user, password):
    """curl, with the login in a file and not in its arguments."""
    if not shutil.which('curl'):
        raise tap.Skip('curl is not installed')
    url = sim.urls[transport]
    kerberos = scheme == 'kerberos'
    if scheme in ('negotiate', 'anyauth') and not os.path.exists(MECHANISM):
        raise tap.Skip('gss-ntlmssp is not installed')
    if kerberos:
        url = url.replace('127.0.0.1', 'localhost')
    with open(sim.path('curlrc'), 'w', encoding='utf-8') as file:
        login = ':' if kerberos else f'{user}:{password}'.replace('\\', '\\\\')
        file.write(f'user = "{login}"\n')
        if scheme == 'certificate':
            file.write(f'cert = "{sim.client[0]}"\nkey = "{sim.client[1]}"\n'
                       'header = "Authorization: http://schemas.dmtf.org/wbem/wsman/1/wsman/'
                       'secprofile/https/mutual"\n')
    with open(sim.path('body'), 'w', encoding='utf-8') as file:
        file.write(ENUMERATE)
    sim.ntlm_file(user)
    if password != sim.password:
        os.unlink(sim.path('ntlm'))
    option = {'kerberos': ['--negotiate'], 'certificate': []}.get(scheme, ['--' + scheme])
    done = subprocess.run(
        ['curl', '-s', *option, '--cacert', sim.ca, '--config', sim.path('curlrc'),
         '-H', 'Content-Type: application/soap+xml;charset=UTF-8', '--data-binary',
         '@' + sim.path('body'), '-w', '\n%{http_code}', url],
        env={**sim.env, **({} if kerberos else {'NTLM_USER_FILE': sim.path('ntlm')})},
        capture_output=True, text=True, timeout=60, check=False)
    text, _, status = done.stdout.rpartition('\n')
    return judge(int(status), text)


PYWINRM = '''
import sys
from winrm.exceptions import InvalidCredentialsError, WinRMTransportError
from winrm.transport import Transport
url, scheme, user, ca, cert, key = sys.argv[1:7]
password, _, body = sys.stdin.read().partition("\\n")
try:
    transport = Transport(endpoint=url, username=user, password=password, auth_method=scheme,
                          service="HTTP", ca_trust_path=ca, cert_pem=cert, cert_key_pem=key)
    for _ in range(3):
        text = transport.send_message(body)
    print(200, text.decode() if isinstance(text, bytes) else text)
except InvalidCredentialsError:
    print(401)
except WinRMTransportError as error:
    text = error.response_text
    print(error.code, text.decode() if isinstance(text, bytes) else text)
'''


def pywinrm(sim, scheme, transport, user, password):
    """Debian's python3-winrm: NTLM over HTTP is sealed."""
    have = subprocess.run(['/usr/bin/python3', '-c', 'import winrm, requests_ntlm'],
                          capture_output=True, check=False)
    if have.returncode != 0:
        raise tap.Skip('python3-winrm is not installed')
    if scheme == 'kerberos' and subprocess.run(
            ['/usr/bin/python3', '-c', 'import requests_kerberos'], capture_output=True,
            check=False).returncode != 0:
        raise tap.Skip('python3-requests-kerberos is not installed')
    url = sim.urls[transport]
    if scheme == 'kerberos':
        url = url.replace('127.0.0.1', 'localhost')
    done = subprocess.run(
        ['/usr/bin/python3', '-W', 'ignore', '-c', PYWINRM, url, scheme, user, sim.ca,
         *(sim.client or ['', ''])], input=f'{password}\n{ENUMERATE}', capture_output=True,
        text=True,
        env={**sim.env, 'OPENSSL_CONF': sim.path('openssl.cnf')}, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    status, _, text = done.stdout.strip().partition(' ')
    return judge(int(status), text)


GO = '''package main

import (
    "fmt"
    "os"
    "strconv"
    "time"

    "github.com/masterzen/winrm"
)

func main() {
    port, _ := strconv.Atoi(os.Args[2])
    ca, _ := os.ReadFile(os.Args[5])
    endpoint := winrm.NewEndpoint("127.0.0.1", port, os.Args[1] == "https", false, ca, nil, nil,
        20*time.Second)
    params := winrm.DefaultParameters
    if os.Args[4] == "ntlm" {
        params.TransportDecorator = func() winrm.Transporter { return &winrm.ClientNTLM{} }
    }
    secret := os.Getenv("GO_SECRET")
    client, err := winrm.NewClientWithParameters(endpoint, os.Args[3], secret, params)
    if err == nil {
        _, err = client.CreateShell()
    }
    fmt.Println(err)
}
'''


def go(sim, scheme, transport, user, password):
    """Debian's masterzen/winrm. It asks for a shell; a fault about that says that it got in."""
    port = re.search(r':(\d+)/', sim.urls[transport]).group(1)
    done = subprocess.run([sim.go(), transport, port, user, scheme, sim.ca],
                          env={**sim.env, 'GO_SECRET': password}, capture_output=True, text=True,
                          timeout=60, check=True)
    text = done.stdout
    if 'AccessDenied' in text and 'Code="5"' in text:
        return DENIED
    if ':Fault>' in text or text.strip() == '<nil>':
        return IN
    status = re.search(r'error:? (\d+)', text)
    return judge(int(status.group(1)) if status else 0, '' if status else text)


def hyperv(sim, scheme, transport, user, password):
    """Our own command; its exit codes and what the host says tell."""
    if scheme in ('ntlm', 'negotiate') and not os.path.exists(MECHANISM):
        raise tap.Skip('gss-ntlmssp is not installed')
    host = 'localhost' if scheme == 'kerberos' else '127.0.0.1'
    port = re.search(r':(\d+)/', sim.urls[transport]).group(1)
    more = f'&cacert={sim.ca}' if transport == 'https' else ''
    if scheme == 'certificate':
        with open(sim.path('client.pem'), 'w', encoding='ascii') as file:
            for part in sim.client:
                with open(part, encoding='ascii') as source:
                    file.write(source.read())
        more += f'&cert={sim.path("client.pem")}'
    with open(sim.path('auth.conf'), 'w', encoding='utf-8') as file:
        file.write('[credentials-x]\n' + (f'username={user}\n' if scheme != 'kerberos' else '')
                   + f'password={password}\n[auth-hyperv-{host}]\ncredentials=x\n')
    os.chmod(sim.path('auth.conf'), 0o600)
    login = '' if scheme in ('kerberos', 'certificate') else quote(user, safe='') + '@'
    uri = f'hyperv://{login}{host}:{port}/?transport={transport}&auth={scheme}{more}'
    file = '' if scheme in ('kerberos', 'certificate') else sim.path('auth.conf')
    env = {**sim.env, **({'HYPERV_AUTH_FILE': file} if file else {'HOME': sim.path('')})}
    done = subprocess.run([HYPERV, '-c', uri, 'query', 'SELECT Version FROM Win32_OperatingSystem',
                           'root/cimv2'], capture_output=True, text=True, env=env, timeout=60,
                          stdin=subprocess.DEVNULL, check=False)
    if done.returncode == 0 and ANSWER in done.stdout:
        return IN
    if 'w:AccessDenied' in done.stderr:
        return DENIED
    return {3: OUT}.get(done.returncode, f'{done.returncode} {done.stderr}')


CLIENTS = {'hyperv': hyperv, 'curl': curl, 'pywinrm': pywinrm, 'go': go}
BOTH = ('https', 'http')
GOOD, WRONG = 'administrator', 'wrong password'

# Options of the host, client, scheme, transports, account, what becomes of it.
DEFAULT = ('--account', 'guest=without-rights', '--account', 'locked=locked',
           '--account', 'old=expired', '--account', 'off=disabled')
SEALED = ('--allow-unencrypted', 'false')
STRICT = ('--cbt', 'strict')
NO_BASIC = ('--auth', 'negotiate')
ROWS = [
    *[(DEFAULT, client, scheme, BOTH, user, IN)
      for user in (GOOD, 'WORKGROUP\\administrator')
      for client, scheme in (('curl', 'basic'), ('curl', 'ntlm'), ('pywinrm', 'basic'),
                             ('pywinrm', 'ntlm'), ('go', 'basic'), ('go', 'ntlm'))],
    *[(DEFAULT, 'hyperv', scheme, BOTH, user, IN) for scheme in ('basic', 'ntlm', 'negotiate')
      for user in (GOOD, 'WORKGROUP\\administrator')],
    *[(DEFAULT, 'hyperv', scheme, BOTH, user, OUT) for scheme in ('basic', 'ntlm', 'negotiate')
      for user in (WRONG, 'nobody', 'locked', 'old', 'off')],
    *[(DEFAULT, 'hyperv', scheme, BOTH, 'guest', DENIED)
      for scheme in ('basic', 'ntlm', 'negotiate')],
    (DEFAULT, 'curl', 'negotiate', BOTH, GOOD, IN),
    (DEFAULT, 'curl', 'anyauth', BOTH, GOOD, IN),
    *[(DEFAULT, client, scheme, BOTH, user, OUT)
      for user in (WRONG, 'nobody', 'locked', 'old', 'off')
      for client, scheme in (('curl', 'basic'), ('curl', 'ntlm'), ('pywinrm', 'basic'),
                             ('pywinrm', 'ntlm'))],
    (DEFAULT, 'go', 'ntlm', BOTH, WRONG, OUT),
    (DEFAULT, 'go', 'basic', BOTH, WRONG, OUT),
    *[(DEFAULT, client, scheme, BOTH, 'guest', DENIED)
      for client, scheme in (('curl', 'basic'), ('curl', 'ntlm'), ('pywinrm', 'basic'),
                             ('pywinrm', 'ntlm'))],
    (SEALED, 'hyperv', 'ntlm', BOTH, GOOD, IN),
    (SEALED, 'pywinrm', 'ntlm', BOTH, GOOD, IN),
    (SEALED, 'curl', 'ntlm', ('https',), GOOD, IN),
    (SEALED, 'curl', 'ntlm', ('http',), GOOD, CLEAR),
    (SEALED, 'curl', 'basic', ('http',), GOOD, CLEAR),
    (STRICT, 'hyperv', 'ntlm', BOTH, GOOD, IN),
    (STRICT, 'pywinrm', 'ntlm', BOTH, GOOD, IN),
    (STRICT, 'curl', 'ntlm', ('https',), GOOD, OUT),
    (STRICT, 'curl', 'basic', ('https',), GOOD, IN),
    (NO_BASIC, 'curl', 'basic', BOTH, GOOD, OUT),
    (NO_BASIC, 'hyperv', 'basic', BOTH, GOOD, OUT),
    (NO_BASIC, 'hyperv', 'ntlm', BOTH, GOOD, IN),
    (NO_BASIC, 'pywinrm', 'ntlm', BOTH, GOOD, IN),
]
table = []


def attempt(sim, client, scheme, transport, user, expected):
    """One login, and what is known of it in the table; a client that is missing skips the test."""
    password = 'not it' if user == WRONG else sim.password
    found = CLIENTS[client](sim, scheme, transport, GOOD if user == WRONG else user, password)
    table.append((scheme, transport, client, user, found, sim.options))
    assert found == expected, f'{client} {scheme} {transport} {user}: {found}, not {expected}'


def test_of(options, client):
    """The rows of one host and one client as one test."""
    rows = [row for row in ROWS if row[0] == options and row[1] == client]

    def run():
        with tempfile.TemporaryDirectory() as folder, Sim(PROGRAM, *options, env=QUIET) as sim:
            program = build_go(folder, GO) if client == 'go' else None
            sim.go = lambda: program
            sim.client = None
            for _, _, scheme, transports, user, expected in rows:
                for transport in transports:
                    attempt(sim, client, scheme, transport, user, expected)
            check_secrets(sim)

    said = ' '.join(options) if options != DEFAULT else 'a host as it is'
    run.__doc__ = f'{client} with {said}'
    return run


# Whatever Kerberos the machine knows has no part in this.
QUIET = {'KRB5_CONFIG': '/dev/null'}


def check_secrets(sim):
    """No password, and no token, in anything that the simulator writes."""
    sim.stop()
    for text in sim.written():
        assert sim.password.encode() not in text, text[:2000]
        assert b'TlRMTVNTUA' not in text and b'Basic YWRt' not in text, text[:2000]
    assert len(sim.written()) > 2


def certificates():
    """A client certificate, over HTTPS"""
    with tempfile.TemporaryDirectory() as folder:
        files = client_certificate(folder)
        other = os.path.join(folder, 'other')
        os.mkdir(other)
        strangers = client_certificate(other)
        options = ('--auth', 'negotiate,basic,certificate', '--client-ca', files[0],
                   '--certificate', 'ops@contoso=administrator')
        with Sim(PROGRAM, *options, env=QUIET) as sim:
            for client in ('curl', 'pywinrm', 'hyperv'):
                for sim.client, expected in ((files, IN), (strangers, OUT)):
                    attempt(sim, client, 'certificate', 'https',
                            GOOD if expected == IN else 'a stranger', expected)
            sim.client = files
            attempt(sim, 'curl', 'certificate', 'http', GOOD, OUT)


def kerberos_of(client):
    """Kerberos in SPNEGO, which the others leave in clear; pywinrm sends a channel binding."""
    def run():
        kdc = Kdc()
        try:
            options = ('--auth', 'negotiate,kerberos', '--keytab', kdc.keytab)
            unsealed = IN if client == 'hyperv' else CLEAR
            for more, transport, expected in (((), 'https', IN), ((), 'http', IN),
                                              (SEALED, 'http', unsealed)):
                with Sim(PROGRAM, *options, *more, env=kdc.env) as sim:
                    sim.client = None
                    attempt(sim, client, 'kerberos', transport, GOOD, expected)
        finally:
            kdc.stop()

    run.__doc__ = f'{client} with Kerberos'
    return run


def print_table():
    """The table of scheme, transport and client"""
    assert table or not any(shutil.which(name) for name in ('curl', 'go'))
    for row in sorted(set(table)):
        print('#', '%-12s %-6s %-8s %-24s %-7s %s' % row)


GROUPS = sorted({(ROWS.index(row), row[0], row[1]) for row in ROWS})
SEEN = list(dict.fromkeys((options, client) for _, options, client in GROUPS))
tap.run([*(test_of(options, client) for options, client in SEEN), certificates,
         *(kerberos_of(client) for client in ('curl', 'pywinrm', 'hyperv')), print_table])
