# SPDX-License-Identifier: LGPL-2.1-or-later
"""Set-ups in which something is wrong, for the tests of doctor and of the matrix of logins. Each is
a function that gives a URI, a file of credentials (or None), and servers to be left afterwards.

The program that uses them is called with HYPERV HYPERV_SIM as its first arguments."""
import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile

import front

HYPERV, SIM = sys.argv[1:3]
FOLDER = tempfile.mkdtemp(prefix='doctor-')
ENV = {name: value for name, value in os.environ.items()
       if name == 'HYPERV_SIM_EXCHANGES' or not name.startswith(('HYPERV_', 'LIBVIRT_', 'KRB5'))}
# Whatever the machine knows of Kerberos and of its user has no part in this.
ENV.update(HOME=FOLDER, XDG_CONFIG_HOME=FOLDER, KRB5_CONFIG='/dev/null',
           KRB5CCNAME=os.path.join(FOLDER, 'no-tickets'), LC_ALL='C.UTF-8')
class Host:
    """hyperv-sim over both transports, and what is needed to log in."""

    def __init__(self, *options, quiet=True, env=None):
        words = ['--http', '--https', *(['--quiet'] if quiet else []), *options]
        self.process = subprocess.Popen([SIM, *words], env={**ENV, **(env or {})},
                                        stdout=subprocess.PIPE, text=True)
        env = dict(word.split('=', 1) for word in shlex.split(self.process.stdout.readline()))
        self.auth, self.ca = env['HYPERV_AUTH_FILE'], env['HYPERV_CA']
        self.ports = [int(re.search(r':(\d+)/', env[name]).group(1))
                      for name in ('HYPERV_SIM_ENDPOINT', 'HYPERV_SIM_ENDPOINT_HTTP')]
        self.https = f'hyperv://127.0.0.1:{self.ports[0]}/?cacert={self.ca}'
        self.http = f'hyperv://127.0.0.1:{self.ports[1]}/?transport=http'
        with open(env['HYPERV_SIM_PASSWORD_FILE'], encoding='utf-8') as file:
            self.password = file.read()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.process.stdout.close()

    def auth_of(self, user, password=None):
        return auth_file(user, self.password if password is None else password)


class Hosts:
    """One simulator for each set of options, as long as the tests run."""

    def __init__(self):
        self.hosts = {}

    def get(self, *options):
        if options not in self.hosts:
            self.hosts[options] = Host(*options)
        return self.hosts[options]

    def stop(self):
        for host in self.hosts.values():
            host.stop()


HOSTS = Hosts()


def auth_file(user, password):
    handle, name = tempfile.mkstemp(dir=FOLDER)
    with os.fdopen(handle, 'w', encoding='utf-8') as file:
        file.write(f'[auth-hyperv-default]\ncredentials=x\n\n[credentials-x]\nusername={user}\n')
        if password:
            file.write(f'password={password}\n')
    return name


def file_of(text):
    handle, name = tempfile.mkstemp(dir=FOLDER)
    with os.fdopen(handle, 'w', encoding='utf-8') as file:
        file.write(text)
    return name


def make_certificate(name, usage, authority=None):
    """PEM files of a certificate and its key, signed by itself or by @authority."""
    files = [os.path.join(FOLDER, f'{name}.{end}') for end in ('pem', 'key')]
    subject = name.split('-')[0]
    if os.path.exists(files[0]):
        return files
    words = ['-CA', authority[0], '-CAkey', authority[1]] if authority else []
    subprocess.run(['openssl', 'req', '-x509', *words, '-newkey', 'rsa:2048', '-nodes', '-days',
                    '2', '-subj', f'/CN={subject}', '-addext', f'extendedKeyUsage={usage}',
                    '-addext', 'subjectAltName=IP:127.0.0.1', '-out', files[0],
                    '-keyout', files[1]], check=True, capture_output=True)
    with open(files[0] + '.both', 'w', encoding='ascii') as both:
        for part in files:
            with open(part, encoding='ascii') as file:
                both.write(file.read())
    return files


def at(uri, auth=None, *servers):
    return uri, auth, servers


def plain(*options, http=False, more=''):
    """A simulated host with these options."""
    def make():
        host = HOSTS.get(*options)
        return at((host.http if http else host.https) + more, host.auth)
    return make


def with_ca_file(path):
    """A simulated host, and another file for the authority than its own."""
    def make():
        host = HOSTS.get()
        return at(f'hyperv://127.0.0.1:{host.ports[0]}/?cacert={path}', host.auth)
    return make


def as_user(user, *options, password=None, http=False, more=''):
    def make():
        host = HOSTS.get(*options)
        return at((host.http if http else host.https) + more, host.auth_of(user, password))
    return make


def server(make_server, more='transport=http'):
    """Something that is no host."""
    def make():
        one = make_server()
        return at(f'hyperv://127.0.0.1:{one.port}/?timeout=1&{more}', auth_file('a', 'b'), one)
    return make


def between(request=front.same, reply=front.same, more='&auth=basic', timeout=20, known=True):
    """A simulated host of which something is changed on the way."""
    def make():
        host = HOSTS.get()
        one = front.front(host.ports[1], request, reply)
        return at(f'hyperv://127.0.0.1:{one.port}/?transport=http&timeout={timeout}{more}',
                  host.auth if known else None, one)
    return make


def replaced(old, new):
    return lambda head, body: (head.replace(old, new), body.replace(old, new))


def fault_for(text, file):
    """Answers every request that has @text with a fault of Windows."""
    def request(head, body):
        if text not in body:
            return head, body
        with open(file, 'rb') as stream:
            fault = stream.read().strip()
        return (b'HTTP/1.1 500 \r\nContent-Type: application/soap+xml;charset=UTF-8\r\n'
                b'Content-Length: %d\r\n\r\n' % len(fault)) + fault
    return request


def silent_for(text):
    return lambda head, body: None if text in body else (head, body)


def only_kerberos(head, body):
    """What a host offers that has nothing but Kerberos switched on."""
    lines = [line.replace(b'WWW-Authenticate: Negotiate', b'WWW-Authenticate: Kerberos')
             for line in head.split(b'\r\n') if b'Basic realm' not in line]
    return b'\r\n'.join(lines), body


def now(head, body):
    """The machine's own time as the host's."""
    date = subprocess.run(['date', '-u', '+%a, %d %b %Y %H:%M:%S GMT'], capture_output=True,
                          env={'LC_ALL': 'C'}, check=True).stdout.strip()
    return re.sub(rb'Date: [^\r]*', b'Date: ' + date, head), body


def kerberos_now(head, body):
    return only_kerberos(*now(head, body))


def opened_tls():
    """Something on the way opens TLS, with a certificate that is trusted here."""
    host = HOSTS.get('--cbt', 'strict')
    files = make_certificate('middle', 'serverAuth')
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    one = front.front(host.ports[0], tls=context, upstream_tls=front.anybody())
    return at(f'hyperv://127.0.0.1:{one.port}/?auth=ntlm&cacert={files[0]}', host.auth, one)


def client_certificate(mapped, known):
    """A certificate of ours: its subject is mapped or not, its authority known or not."""
    def make():
        authority = make_certificate('authority', 'clientAuth')
        name = f'ops@contoso-{mapped}-{known}'
        own = make_certificate(name, 'clientAuth', authority if known else None)
        subject = 'ops@contoso' if mapped else 'somebody@else'
        host = HOSTS.get('--auth', 'negotiate,certificate', '--client-ca', authority[0],
                         '--certificate', f'{subject}=administrator')
        return at(f'{host.https}&auth=certificate&cert={own[0]}.both', None)
    return make


def through_proxy(make_server):
    def make():
        host = HOSTS.get()
        one = make_server()
        return at(f'{host.https}&proxy=http://127.0.0.1:{one.port}', host.auth, one)
    return make


def known_hosts_changed():
    host = HOSTS.get()
    name = file_of(f'127.0.0.1:{host.ports[0]} sha256:{"ab" * 32}\n')
    return at(f'hyperv://127.0.0.1:{host.ports[0]}/?known_hosts={name}', host.auth)


def crossed(http):
    """The other transport than the port speaks."""
    def make():
        host = HOSTS.get()
        if http:
            return at(f'hyperv://127.0.0.1:{host.ports[0]}/?transport=http&timeout=5', host.auth)
        return at(f'hyperv://127.0.0.1:{host.ports[1]}/?timeout=5', host.auth)
    return make


def no_credentials():
    host = HOSTS.get()
    return at(host.https, None)


def other_ca():
    host, other = HOSTS.get(), HOSTS.get('--seed', '2')
    return at(f'hyperv://127.0.0.1:{host.ports[0]}/?cacert={other.ca}', host.auth)


def without_ca():
    host = HOSTS.get()
    return at(f'hyperv://127.0.0.1:{host.ports[0]}/', host.auth)
