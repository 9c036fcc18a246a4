# SPDX-License-Identifier: LGPL-2.1-or-later
"""Wrong credentials and wrong trust, scheme by transport by fault: the error's domain and code, the
exit code of hyperv, and a message that names place and remedy.

usage: auth-matrix.py HYPERV HYPERV_SIM LIBHYPERV_GLIB SANITIZERS"""
import ctypes
import os
import re
import shutil
import subprocess
import sys

import front
import tap
from broken import (ENV, FOLDER, HOSTS, HYPERV, as_user, at, auth_file, between,
                    client_certificate, crossed, kerberos_now, known_hosts_changed, no_credentials,
                    opened_tls, other_ca, plain, server, silent_for, through_proxy, without_ca)

LIBRARY, SANITIZERS = sys.argv[3:5]
PASSWORD = 'not-it-Pa55'
ACCOUNTS = ('--account', 'guest=without-rights', '--account', 'locked=locked', '--account',
            'old=expired', '--account', 'off=disabled', '--account', 'new=must-change')
AUTH = ('HypervError', 'AUTH_FAILED')
DENIED = ('HypervError', 'ACCESS_DENIED')
TIMED_OUT = ('HypervError', 'TIMED_OUT')
PROTOCOL = ('HypervError', 'PROTOCOL')
INVALID = ('HypervError', 'INVALID_ARGUMENT')
NOT_SUPPORTED = ('HypervError', 'NOT_SUPPORTED')
UNTRUSTED = ('g-tls-error-quark', 'BAD_CERTIFICATE')
TLS = ('g-tls-error-quark', None)
IO = ('g-io-error-quark', None)
CODES = {'HypervError': ['NOT_FOUND', 'ALREADY_EXISTS', 'ACCESS_DENIED', 'AUTH_FAILED',
                                'INVALID_STATE', 'INVALID_ARGUMENT', 'BUSY', 'TIMED_OUT',
                                'NOT_SUPPORTED', 'QUOTA', 'OPERATION_FAILED', 'UNKNOWN_OUTCOME',
                                'PROTOCOL'],
         'g-tls-error-quark': ['UNAVAILABLE', 'MISC', 'BAD_CERTIFICATE', 'NOT_TLS', 'HANDSHAKE',
                               'CERTIFICATE_REQUIRED', 'EOF', 'INAPPROPRIATE_FALLBACK',
                               'BAD_CERTIFICATE_PASSWORD']}
CHECK = 'check the password|check user'
GROUP = 'Add-LocalGroupMember -Group "Hyper-V Administrators"'
PIN = 'sha256:[0-9a-f]{64}'

rows = []


def row(scheme, transport, fault, setup, error, code, message, remedy):
    rows.append((scheme, transport, fault, setup, error, code, message, remedy))


# Accounts: Windows answers all of them with the same 401, but for the one without rights.
for scheme in ('basic', 'ntlm', 'negotiate', None):
    for transport in ('https', 'http'):
        http = transport == 'http'
        more = f'&auth={scheme}' if scheme else ''
        name = scheme or 'strongest'
        row(name, transport, 'wrong password',
            as_user('administrator', *ACCOUNTS, password=PASSWORD, http=http, more=more),
            AUTH, 3, '"administrator"', CHECK)
        for user, fault in (('nobody', 'no such account'), ('locked', 'locked account'),
                            ('old', 'expired account'), ('off', 'disabled account'),
                            ('new', 'must change its password')):
            row(name, transport, fault, as_user(user, *ACCOUNTS, http=http, more=more),
                AUTH, 3, f'"{user}"', CHECK)
        row(name, transport, 'no rights', as_user('guest', *ACCOUNTS, http=http, more=more),
            DENIED, 2, 'w:AccessDenied', GROUP)
# Schemes that are not offered.
for scheme, offered in (('basic', 'negotiate'), ('negotiate', 'basic'), ('ntlm', 'basic')):
    for transport in ('https', 'http'):
        word = 'Basic' if scheme == 'basic' else 'Negotiate'
        row(scheme, transport, 'not offered',
            plain('--auth', offered, http=transport == 'http', more=f'&auth={scheme}'),
            AUTH, 3, 'does not offer', f'winrm set winrm/config/service/auth .*{word}="true"')
row('strongest', 'https', 'only CredSSP is offered', plain('--auth', 'credssp'), AUTH, 3,
    'offered: CredSSP', 'winrm set winrm/config/service/auth')
row('credssp', 'https', 'is not spoken here', plain(more='&auth=credssp'), NOT_SUPPORTED, 2,
    'credssp|CredSSP', 'auth=|use|instead')
row('basic', 'http', 'AllowUnencrypted=false',
    plain('--allow-unencrypted', 'false', http=True, more='&auth=basic'), PROTOCOL, 4,
    'AllowUnencrypted', 'use HTTPS')
row('ntlm', 'https', 'somebody opens TLS on the way', opened_tls, AUTH, 3, 'bound to this TLS',
    CHECK)
row('kerberos', 'http', 'nobody is named', between(reply=kerberos_now, more='&auth=kerberos',
                                                   known=False), AUTH, 3, 'No user', 'auth.conf')
row('kerberos', 'http', 'no realm', between(reply=kerberos_now, more='&auth=kerberos'), AUTH, 3,
    'default realm', 'realm')
row('certificate', 'https', 'not mapped', client_certificate(False, True), AUTH, 3, 'did not let',
    'ClientCertificate -Subject')
row('certificate', 'https', 'unknown authority', client_certificate(True, False), AUTH, 3,
    'did not let', 'ClientCertificate -Subject')
row('certificate', 'https', 'none of ours', plain('--auth', 'negotiate', more='&auth=certificate'),
    (None, None), None, 'cert', 'cert=')
# Trust: nothing leaves before it, so it does not matter who would log in and how.
for scheme in ('basic', 'ntlm', None):
    more = f'&auth={scheme}' if scheme else ''
    name = scheme or 'strongest'
    for fault, said in (('expired', 'it expired'), ('not-yet', 'valid only from'),
                        ('other-host', 'it is for other.example'), ('weak', 'not safe enough')):
        row(name, 'https', f'certificate {fault}',
            plain('--server-certificate', fault, more=more), UNTRUSTED, 4, said, PIN)
    row(name, 'https', 'certificate not pinned', plain(more=f'{more}&pin=sha256:{"ab" * 32}'),
        UNTRUSTED, 4, 'not the pinned one', 'change pin=')
row('strongest', 'https', 'unknown authority', without_ca, UNTRUSTED, 4, 'issuer', 'cacert=FILE')
row('strongest', 'https', 'authority of another host', other_ca, UNTRUSTED, 4, 'not trusted', PIN)
row('strongest', 'https', 'certificate changed', known_hosts_changed, UNTRUSTED, 4,
    'known from before', 'change that line')
row('strongest', 'https', 'the port speaks plain HTTP', crossed(False), TLS, 4, 'no TLS connection',
    'transport=http')
row('strongest', 'http', 'the port speaks TLS', crossed(True), (None, None), 4, '127.0.0.1', '')
row('strongest', 'https', 'nobody knows the password', no_credentials, AUTH, 3,
    'nobody to ask', 'HYPERV_AUTH_FILE')
row('strongest', 'https', 'the proxy refuses',
    through_proxy(lambda: front.says(b'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')),
    IO, 4, '403|proxy', 'proxy')
row('basic', 'http', 'another web server', server(lambda: front.says(
    b'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
    'transport=http&auth=basic'), PROTOCOL, 4, 'HTTP status 404', 'port of WinRM')
row('basic', 'http', 'no answer', between(silent_for(b'Win32_OperatingSystem'), timeout=1),
    TIMED_OUT, 6, 'silent for', '')


class Error(ctypes.Structure):
    _fields_ = [('domain', ctypes.c_uint32), ('code', ctypes.c_int), ('message', ctypes.c_char_p)]


class Library:
    """hyperv_host_open () in this process, for domain and code of its error."""

    def __init__(self):
        for name, value in ENV.items():
            os.environ[name] = value
        self.library = ctypes.CDLL(LIBRARY)
        self.glib = ctypes.CDLL('libglib-2.0.so.0')
        self.glib.g_quark_to_string.restype = ctypes.c_char_p
        self.library.hyperv_host_open.restype = ctypes.c_void_p
        self.library.hyperv_host_open.argtypes = [ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p,
                                                  ctypes.POINTER(ctypes.POINTER(Error))]

    def open(self, uri, auth):
        """Domain, name of the code, and message of the failure."""
        error = ctypes.POINTER(Error)()
        if auth is not None:
            os.environ['HYPERV_AUTH_FILE'] = auth
        else:
            os.environ.pop('HYPERV_AUTH_FILE', None)
        host = self.library.hyperv_host_open(uri.encode(), None, None, ctypes.byref(error))
        assert not host and error, uri
        domain = self.glib.g_quark_to_string(error.contents.domain).decode()
        code = error.contents.code
        names = CODES.get(domain, [])
        return domain, names[code] if code < len(names) else code, error.contents.message.decode()


def check_row(library, scheme, transport, fault, setup, error, code, message, remedy):
    where = (scheme, transport, fault)
    uri, auth, servers = setup()
    try:
        done = subprocess.run([HYPERV, '-c', uri, 'version'],
                              env={**ENV, **({'HYPERV_AUTH_FILE': auth} if auth else {})},
                              capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
                              check=False)
        found = library.open(uri, auth) if library is not None else None
    finally:
        for one in servers:
            one.__exit__()
    assert code is None or done.returncode == code, (where, done.returncode, done.stderr)
    assert done.returncode != 0 and done.stdout == '', (where, done)
    assert done.stderr.startswith('hyperv: '), (where, done.stderr)
    for pattern in (message, remedy, '127.0.0.1|AccessDenied|auth=|cert='):
        assert re.search(pattern, done.stderr), (where, pattern, done.stderr)
    secrets = [host.password for host in HOSTS.hosts.values()] + [PASSWORD]
    assert not any(secret in done.stderr for secret in secrets), where
    if found is not None:
        assert error[0] in (None, found[0]) and error[1] in (None, found[1]), (where, found)
        assert re.search(message, found[2]) and re.search(remedy, found[2]), (where, found)


LIBRARIES = []


def library():
    """None: it cannot be loaded into Python here."""
    if SANITIZERS not in ('none', ''):
        return None
    if not LIBRARIES:
        LIBRARIES.append(Library())
    return LIBRARIES[0]


def checker(one):
    def test():
        if not shutil.which('openssl') and ('certificate' in one[0] or one[3] is opened_tls):
            raise tap.Skip('openssl is not installed')
        check_row(library(), *one)
    test.__doc__ = f'{one[0]} over {one[1]}: {one[2]}'
    return test


def enough():
    """There are at least 40 rows, each of them once"""
    names = [one[:3] for one in rows]
    assert len(names) >= 40 and len(set(names)) == len(names), len(names)


try:
    tap.run([enough, *(checker(one) for one in rows)])
finally:
    HOSTS.stop()
    shutil.rmtree(FOLDER, ignore_errors=True)
