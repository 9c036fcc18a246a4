# SPDX-License-Identifier: LGPL-2.1-or-later
"""A simulated host, a Kerberos realm and a client certificate for the tests of logins."""
import glob
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import tap  # noqa: E402

REALM = 'SIM.TEST'
# MD4, which NTLM needs, is in OpenSSL's legacy provider, which Debian does not switch on.
OPENSSL = '''openssl_conf = conf
[conf]
providers = list
[list]
default = on
legacy = on
[on]
activate = 1
'''


def find(name):
    """Debian has some programs where only root's PATH leads."""
    return shutil.which(name, path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')


class Sim:
    """hyperv-sim over HTTP and HTTPS; what it says ends up in .said."""

    def __init__(self, program, *options, env=None):
        self.folder = tempfile.mkdtemp(prefix='auth-')
        self.env = {**os.environ, **(env or {})}
        # for people: without the names of files
        self.options = ' '.join(word for word in options if not re.search('[/@]|account|=', word))
        self.exchanges = os.path.join(self.folder, 'exchanges')
        with open(self.path('openssl.cnf'), 'w', encoding='ascii') as file:
            file.write(OPENSSL)
        self.log = open(self.path('log'), 'w+', encoding='utf-8')
        self.process = subprocess.Popen(
            [program, '--http', '--https', *options], stdout=subprocess.PIPE, stderr=self.log,
            text=True, env={**self.env, 'HYPERV_SIM_EXCHANGES': self.exchanges})
        self.line = self.process.stdout.readline()
        pairs = dict(word.split('=', 1) for word in shlex.split(self.line))
        if 'HYPERV_SIM_ENDPOINT' not in pairs:
            raise AssertionError(self.say())
        self.urls = {'https': pairs['HYPERV_SIM_ENDPOINT'],
                     'http': pairs['HYPERV_SIM_ENDPOINT_HTTP']}
        self.ca = pairs['HYPERV_CA']
        self.user = pairs['HYPERV_SIM_USER']
        with open(pairs['HYPERV_SIM_PASSWORD_FILE'], encoding='utf-8') as file:
            self.password = file.read()
        self.ntlm_file(self.user)

    def path(self, name):
        return os.path.join(self.folder, name)

    def ntlm_file(self, user):
        """gss-ntlmssp's credentials."""
        with open(self.path('ntlm'), 'w', encoding='utf-8') as file:
            file.write(f'SIM:{user}:{self.password}\n')

    def say(self):
        self.log.flush()
        with open(self.path('log'), encoding='utf-8') as file:
            return file.read()

    def written(self):
        """Everything that the simulator wrote anywhere: lines, log, exchanges."""
        texts = [self.line.encode(), self.say().encode()]
        for name in glob.glob(os.path.join(self.exchanges, '**', '*.exchange'), recursive=True):
            with open(name, 'rb') as file:
                texts.append(file.read())
        return texts

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()
        self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def build_go(folder, text):
    """A program on Debian's masterzen/winrm; returns its path."""
    if not shutil.which('go'):
        raise tap.Skip('golang-go is not installed')
    if not os.path.isdir('/usr/share/gocode/src/github.com/masterzen/winrm'):
        raise tap.Skip('golang-github-masterzen-winrm-dev is not installed')
    source, program = (os.path.join(folder, name) for name in ('main.go', 'main'))
    with open(source, 'w', encoding='ascii') as file:
        file.write(text)
    subprocess.run(['go', 'build', '-o', program, source], check=True, capture_output=True,
                   text=True, timeout=300,
                   env={**os.environ, 'GOPATH': '/usr/share/gocode', 'GO111MODULE': 'off',
                        'GOCACHE': os.path.join(folder, 'cache'), 'GOFLAGS': ''})
    return program


class Kdc:
    """A throwaway realm on loopback that touches no file of the system."""

    def __init__(self):
        self.programs = {name: find(name)
                         for name in ('krb5kdc', 'kdb5_util', 'kadmin.local', 'kinit')}
        missing = [name for name, path in self.programs.items() if path is None]
        if missing:
            raise tap.Skip(f'{missing[0]} is not installed')
        self.folder = tempfile.mkdtemp(prefix='kdc-')
        with socket.create_server(('127.0.0.1', 0)) as probe:
            self.port = probe.getsockname()[1]
        self.keytab = os.path.join(self.folder, 'keytab')
        self.env = {'KRB5_CONFIG': self.write('krb5.conf', f'''[libdefaults]
 default_realm = {REALM}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 rdns = false
 dns_canonicalize_hostname = false
 qualify_shortname = ""
 udp_preference_limit = 1
[realms]
 {REALM} = {{
  kdc = 127.0.0.1:{self.port}
 }}
'''), 'KRB5_KDC_PROFILE': self.write('kdc.conf', f'''[kdcdefaults]
 kdc_listen = 127.0.0.1:{self.port}
 kdc_tcp_listen = 127.0.0.1:{self.port}
[realms]
 {REALM} = {{
  database_name = {self.folder}/db
  key_stash_file = {self.folder}/stash
  acl_file = {self.folder}/acl
 }}
[logging]
 kdc = FILE:{self.folder}/log
'''), 'KRB5CCNAME': os.path.join(self.folder, 'ccache'), 'KRB5RCACHETYPE': 'none'}
        self.process = None
        self.start()

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='ascii') as file:
            file.write(text)
        return path

    def run(self, name, *words, text=None):
        subprocess.run([self.programs[name], *words], env={**os.environ, **self.env}, check=True,
                       capture_output=True, input=text, text=True, timeout=60)

    def start(self):
        self.run('kdb5_util', 'create', '-s', '-r', REALM, '-P', 'master')
        for query in ('addprinc -pw ticket administrator', 'addprinc -randkey HTTP/localhost',
                      f'ktadd -k {self.keytab} HTTP/localhost'):
            self.run('kadmin.local', '-r', REALM, '-q', query)
        self.process = subprocess.Popen([self.programs['krb5kdc'], '-n', '-r', REALM],
                                        env={**os.environ, **self.env},
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100000):
            try:
                socket.create_connection(('127.0.0.1', self.port), 20).close()
                break
            except ConnectionRefusedError:
                continue
        self.run('kinit', 'administrator', text='ticket\n')

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


def client_certificate(folder):
    """PEM files of a client's certificate, which is its own authority, and of its key."""
    if not shutil.which('openssl'):
        raise tap.Skip('openssl is not installed')
    files = [os.path.join(folder, name) for name in ('client.pem', 'client.key')]
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2',
                    '-subj', '/CN=ops@contoso', '-addext', 'extendedKeyUsage=clientAuth',
                    '-out', files[0], '-keyout', files[1]], check=True, capture_output=True)
    return files
