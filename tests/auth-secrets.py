# SPDX-License-Identifier: LGPL-2.1-or-later
"""Passwords, hashes and tokens are in nothing that anybody writes, with all debugging switched on:
output, errors and logs of hyperv, and lines, log and exchanges of the simulator.

usage: auth-secrets.py HYPERV HYPERV_SIM"""
import base64
import glob
import os
import re
import shutil
import subprocess
import sys

import front
import tap
from broken import (ENV, FOLDER, HYPERV, Host, auth_file, file_of, make_certificate)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'interop'))
import authkit  # noqa: E402

PASSWORD = 'Tr0ub4dor&3-not-to-be-seen'
WRONG = 'Wr0ng-and-not-to-be-seen-either'
DEBUG = {'G_MESSAGES_DEBUG': 'all', 'HYPERV_DEBUG': 'http,wire,auth', 'LIBSOUP_DEBUG': '1'}
COMMANDS = (['list', '--all'], ['version'], ['start', 'db01'], ['doctor'], ['-o', 'json', 'doctor'],
            ['query', "SELECT Name FROM Msvm_ComputerSystem"], ['uri'])


def nt_hash(password):
    """MD4 of the password in UTF-16 (MS-NLMP 3.3.1); None: OpenSSL has no legacy provider."""
    done = subprocess.run(['openssl', 'dgst', '-md4', '-provider', 'legacy', '-binary'],
                          input=password.encode('utf-16-le'), capture_output=True, check=False)
    return done.stdout if done.returncode == 0 and len(done.stdout) == 16 else None


def forms_of(secret):
    """How bytes may show up in a text: as they are, in hexadecimal, in base64."""
    coded = base64.b64encode(secret).rstrip(b'=')
    return [secret, secret.hex().encode(), secret.hex().upper().encode(), coded]


def forms_of_password(password, user='administrator'):
    forms = []
    for text in (password, password.encode('utf-16-le')):
        forms += forms_of(text.encode() if isinstance(text, str) else text)
    for name in (user, 'nobody'):
        forms += forms_of(f'{name}:{password}'.encode())
    digest = nt_hash(password)
    if digest is not None:
        forms += forms_of(digest)
    return forms


class Tap:
    """Stands before a host and notes every token that goes by, in both directions."""

    def __init__(self, port):
        self.tokens = []
        self.front = front.front(port, self.request, self.reply)

    def note(self, head, body):
        for value in re.findall(rb'\r\n(?:Authorization|WWW-Authenticate): \w+ ([^\r]*)', head):
            if re.fullmatch(rb'[A-Za-z0-9+/]+=*', value) and len(value) > 16:
                self.tokens.append(base64.b64decode(value))
        return head, body

    request = reply = note


def run(uri, auth, env):
    """Everything that hyperv says about these commands."""
    said = []
    for words in COMMANDS:
        done = subprocess.run([HYPERV, '-c', uri, *words],
                              env={**env, **DEBUG, **({'HYPERV_AUTH_FILE': auth} if auth else {})},
                              capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
                              check=False)
        said += [(words, done.stdout), (words, done.stderr)]
    return said


def stop(host, exchanges, log):
    """Everything that the simulator has said and written."""
    host.stop()
    said = []
    for name in glob.glob(os.path.join(exchanges, '**', '*.exchange'), recursive=True) + [log]:
        with open(name, 'rb') as file:
            said.append((name, file.read()))
    return said


def look(said, secrets):
    for where, text in said:
        for secret in secrets:
            assert len(secret) >= 12, secret
            assert secret not in text, (where, secret, text[max(0, text.find(secret) - 200):][:400])


def start(folder, *options, env=None):
    """A host with our password whose log and exchanges are kept."""
    exchanges, log = (os.path.join(FOLDER, folder, name) for name in ('exchanges', 'log'))
    os.makedirs(os.path.dirname(log))
    password_file = file_of(PASSWORD + '\n')
    saved, stderr = dict(ENV), os.dup(2)
    try:
        ENV.update({**DEBUG, **(env or {})}, HYPERV_SIM_EXCHANGES=exchanges)
        descriptor = os.open(log, os.O_CREAT | os.O_WRONLY, 0o600)
        os.dup2(descriptor, 2)
        os.close(descriptor)
        host = Host('--password-file', password_file, *options, quiet=False)
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        ENV.clear()
        ENV.update(saved)
    return host, exchanges, log


def passwords():
    """Basic, NTLM and Negotiate, over HTTP and HTTPS, with a right and a wrong password"""
    host, exchanges, log = start('passwords', '--account', 'locked=locked')
    between = Tap(host.ports[1])
    said = []
    http = f'hyperv://127.0.0.1:{between.front.port}/?transport=http'
    for scheme in ('basic', 'ntlm', 'negotiate', ''):
        more = f'&auth={scheme}' if scheme else ''
        for user, password in (('administrator', PASSWORD), ('administrator', WRONG),
                               ('locked', PASSWORD)):
            for uri in (http, host.https):
                said += run(uri + more, auth_file(user, password), ENV)
    between.front.__exit__()
    said += stop(host, exchanges, log)
    tokens = {token for token in between.tokens if not token.startswith(b'NTLMSSP\0\1')}
    assert len(tokens) > 20, len(tokens)
    assert any(b'NTLMSSP\0\3' in token for token in tokens)
    assert len([name for name, _ in said if '.exchange' in str(name)]) > 20
    assert b'hyperv-auth' in b''.join(text for _, text in said), 'debugging is not on'
    secrets = forms_of_password(PASSWORD) + forms_of_password(WRONG)
    for token in tokens:
        secrets += [token, base64.b64encode(token), token.hex().encode()]
    look(said, secrets)


def keys():
    """A client certificate: its key"""
    if not shutil.which('openssl'):
        raise tap.Skip('openssl is not installed')
    authority = make_certificate('authority', 'clientAuth')
    own = make_certificate('ops@contoso-keys', 'clientAuth', authority)
    host, exchanges, log = start('keys', '--auth', 'negotiate,certificate', '--client-ca',
                                 authority[0], '--certificate', 'ops@contoso=administrator')
    said = run(f'{host.https}&auth=certificate&cert={own[0]}.both', None, ENV)
    said += stop(host, exchanges, log)
    with open(own[1], 'rb') as file:
        lines = [line for line in file.read().splitlines() if len(line) > 40]
    assert any(b'web01' in text for _, text in said), said[0]
    look(said, lines)


def tickets():
    """Kerberos: the password and every token"""
    kdc = authkit.Kdc()
    try:
        host, exchanges, log = start('tickets', '--auth', 'negotiate,kerberos', '--keytab',
                                     kdc.keytab, '--clock', 'real', env=kdc.env)
        between = Tap(host.ports[1])
        uri = f'hyperv://localhost:{between.front.port}/?transport=http'
        kdc.run('kadmin.local', '-r', authkit.REALM, '-q', f'cpw -pw {PASSWORD} administrator')
        env = {**ENV, **kdc.env, 'KRB5CCNAME': os.path.join(FOLDER, 'none')}
        said = []
        for scheme in ('kerberos', 'negotiate'):
            for password in (PASSWORD, WRONG):
                said += run(f'{uri}&auth={scheme}',
                            auth_file(f'administrator@{authkit.REALM}', password), env)
        between.front.__exit__()
        said += stop(host, exchanges, log)
        assert len(between.tokens) > 5, between.tokens
        secrets = forms_of_password(PASSWORD) + forms_of_password(WRONG)
        for token in between.tokens:
            secrets += [token, base64.b64encode(token), token.hex().encode()]
        look(said, secrets)
    finally:
        kdc.stop()


def sees():
    """The search itself finds each form"""
    for form in forms_of_password(PASSWORD):
        try:
            look([('planted', b'before ' + form + b' after')], [form])
        except AssertionError:
            continue
        raise AssertionError(form)


try:
    tap.run([sees, passwords, keys, tickets])
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
