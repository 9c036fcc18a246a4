# SPDX-License-Identifier: LGPL-2.1-or-later
"""winrm/config, changed over the wire: what it says from then on is what the sockets do.

usage: winrm-config.py HYPERV_SIM"""
import base64
import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.request
import uuid

import tap

SIM = sys.argv[1]
CONFIG = 'http://schemas.microsoft.com/wbem/wsman/1/config'
LISTENER = CONFIG + '/listener'
MAPPING = CONFIG + '/service/certmapping'
TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer/'
ANONYMOUS = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous'
IDENTIFY = ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
            '<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/'
            'wsmanidentity.xsd"/></s:Body></s:Envelope>')


def envelope(verb, resource, selectors=None, body=''):
    """A request as WinRM wants it."""
    chosen = ''.join(f'<w:Selector Name="{name}">{value}</w:Selector>'
                     for name, value in (selectors or {}).items())
    return ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
            'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
            'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>'
            f'<a:To>http://host/wsman</a:To><w:ResourceURI>{resource}</w:ResourceURI>'
            f'<a:ReplyTo><a:Address>{ANONYMOUS}</a:Address></a:ReplyTo>'
            f'<a:Action>{TRANSFER}{verb}</a:Action>'
            f'<a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>'
            + (f'<w:SelectorSet>{chosen}</w:SelectorSet>' if chosen else '')
            + f'</s:Header><s:Body>{body}</s:Body></s:Envelope>')


class Door:
    """One kept connection."""

    def __init__(self, port, context=None, path='/wsman', login=None):
        self.http = http.client.HTTPSConnection('127.0.0.1', port, timeout=20, context=context) \
            if context else http.client.HTTPConnection('127.0.0.1', port, timeout=20)
        self.http.connect()
        self.path, self.login = path, login

    def post(self, body, **headers):
        """Status, headers and text of the reply."""
        if self.login:
            headers['Authorization'] = self.login
        self.http.request('POST', self.path, body,
                          {'Content-Type': 'application/soap+xml;charset=UTF-8', **headers})
        reply = self.http.getresponse()
        text = reply.read().decode()
        return reply.status, reply.headers, text

    def ask(self, verb, resource, selectors=None, body='', status=200):
        found, _, text = self.post(envelope(verb, resource, selectors, body))
        assert found == status, (found, text)
        return text

    def put(self, path, **settings):
        """Sets settings of one group: put('/service/auth', Basic='false')."""
        element = {'': 'Config'}.get(path, path.rsplit('/', maxsplit=1)[-1].title())
        body = ''.join(f'<c:{name}>{value}</c:{name}>' for name, value in settings.items())
        return self.ask('Put', CONFIG + path, None,
                        f'<c:{element} xmlns:c="{CONFIG}{path}">{body}</c:{element}>')

    def close(self):
        self.http.close()


class Host:
    """A simulated host with both doors."""

    def __init__(self, *words):
        self.words = words

    def __enter__(self):
        self.process = subprocess.Popen([SIM, '--http', '--https', *self.words],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        pairs = dict(word.split('=', 1)
                     for word in shlex.split(self.process.stdout.readline()))
        self.port = int(re.search(r':(\d+)/', pairs['HYPERV_SIM_ENDPOINT_HTTP'])[1])
        self.secure_port = int(re.search(r':(\d+)/', pairs['HYPERV_SIM_ENDPOINT'])[1])
        self.ca = pairs['HYPERV_CA']
        self.control = pairs.get('HYPERV_SIM_CONTROL')
        with open(pairs['HYPERV_SIM_PASSWORD_FILE'], encoding='utf-8') as file:
            self.password = file.read().strip()
        pair = f'{pairs["HYPERV_SIM_USER"]}:{self.password}'
        self.basic = 'Basic ' + base64.b64encode(pair.encode()).decode()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        said = self.process.communicate(timeout=30)[1]
        assert self.process.returncode == 0, (self.process.returncode, said)

    def door(self, port=None, login=True, path='/wsman', context=None):
        return Door(port or self.port, context, path, self.basic if login else None)

    def challenges(self, port=None):
        """What a new connection is offered."""
        status, headers, _ = self.door(port, login=False).post(IDENTIFY)
        assert status == 401, status
        return headers.get_all('WWW-Authenticate')


def free_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]


def is_open(port):
    try:
        socket.create_connection(('127.0.0.1', port), 20).close()
        return True
    except ConnectionRefusedError:
        return False


def listener(**settings):
    body = ''.join(f'<c:{name}>{value}</c:{name}>' for name, value in settings.items())
    return f'<c:Listener xmlns:c="{LISTENER}">{body}</c:Listener>'


ONE = {'Address': 'IP:127.0.0.1', 'Transport': 'HTTP'}
ALL = {'Address': '*', 'Transport': 'HTTP'}


def listener_created():
    """A listener that is created answers, under its prefix; deleted, it does not any more"""
    with Host() as host:
        port = free_port()
        door = host.door()
        door.ask('Create', LISTENER, ONE, listener(Port=port, URLPrefix='other/way'))
        there = host.door(port, path='/other/way')
        assert 'IdentifyResponse' in there.post(IDENTIFY)[2]
        assert host.door(port).post(IDENTIFY)[0] == 404
        assert f'<cfg:Port>{port}</cfg:Port>' in there.ask('Get', LISTENER, ONE)
        door.ask('Delete', LISTENER, ONE)
        assert not is_open(port)
        assert 'IdentifyResponse' in there.post(IDENTIFY)[2], 'connections stay'


def listener_busy():
    """A port that somebody else has is a sharing violation, and nothing is changed"""
    with Host() as host, socket.socket() as other:
        other.bind(('127.0.0.1', 0))
        other.listen()
        text = host.door().ask('Create', LISTENER, ONE, listener(Port=other.getsockname()[1]),
                               status=500)
        assert ' Code="32"' in text, text
        host.door().ask('Get', LISTENER, ONE, status=500)


def listener_disabled():
    """A listener that is disabled takes no connections; those that are there enable it again"""
    with Host() as host:
        door = host.door()
        assert 'ListeningOn' not in door.ask('Put', LISTENER, ALL, listener(Enabled='false'))
        assert not is_open(host.port) and is_open(host.secure_port)
        door.ask('Put', LISTENER, ALL, listener(Enabled='true'))
        assert is_open(host.port)


def listener_secure():
    """A second HTTPS listener has the host's certificate, whose thumbprint it says"""
    with Host() as host:
        context = ssl.create_default_context(cafile=host.ca)
        one = {'Address': 'IP:127.0.0.1', 'Transport': 'HTTPS'}
        port = free_port()
        text = host.door().ask('Get', LISTENER, {'Address': '*', 'Transport': 'HTTPS'})
        thumbprint = re.search('Thumbprint>([0-9a-f]{40})<', text)[1]
        host.door().ask('Create', LISTENER, one,
                        listener(Port=port, CertificateThumbprint=thumbprint.upper()))
        assert 'IdentifyResponse' in host.door(port, context=context).post(IDENTIFY)[2]
        text = host.door().ask('Put', LISTENER, one, listener(CertificateThumbprint='0' * 40),
                               status=500)
        assert ' Code="2150858882"' in text, text


def without_certificate():
    """A host without certificate refuses an HTTPS listener"""
    with Host() as host:
        text = host.door().ask('Create', LISTENER, {'Address': 'IP:127.0.0.1',
                                                    'Transport': 'HTTPS'},
                               listener(Port=free_port(), Hostname='elsewhere'), status=500)
        assert ' Code="2150858882"' in text, text


def filters():
    """IPv4Filter leaves addresses out: no new connections, until it is taken back"""
    with Host() as host:
        door = host.door()
        door.put('/service', IPv4Filter='10.0.0.1-10.0.0.9')
        assert not is_open(host.port) and not is_open(host.secure_port)
        door.put('/service', IPv4Filter='127.0.0.1-127.0.0.1')
        assert is_open(host.port) and is_open(host.secure_port)


def schemes():
    """Which schemes are on is what new connections are offered, and what Identify says"""
    with Host() as host:
        door = host.door()
        assert host.challenges() == ['Negotiate', 'Basic realm="WSMAN"']
        assert 'secprofile/http/basic' in door.post(IDENTIFY)[2]
        door.put('/service/auth', Negotiate='false', Kerberos='true', CredSSP='true')
        assert host.challenges() == ['Kerberos', 'Basic realm="WSMAN"', 'CredSSP']
        door.put('/service/auth', Kerberos='false')
        assert 'spnego-kerberos' not in door.post(IDENTIFY)[2]
        door.put('/service/auth', Basic='false', Negotiate='true')
        assert host.challenges() == ['Negotiate', 'CredSSP']
        assert host.door().post(IDENTIFY)[0] == 401


def unencrypted():
    """AllowUnencrypted=false: a message in clear over HTTP is refused, over HTTPS it is not"""
    with Host() as host:
        host.door().put('/service', AllowUnencrypted='false')
        assert host.door().post(IDENTIFY)[0] == 500
        context = ssl.create_default_context(cafile=host.ca)
        door = host.door(host.secure_port, context=context)
        assert 'IdentifyResponse' in door.post(IDENTIFY)[2]
        door.put('/service', AllowUnencrypted='true')
        assert host.door().post(IDENTIFY)[0] == 200


def envelopes():
    """MaxEnvelopeSizekb: what a request may have, up and down"""
    with Host() as host:
        long = IDENTIFY + ' ' * (600 << 10)
        assert host.door().post(long)[0] == 413
        host.door().put('', MaxEnvelopeSizekb=700)
        assert host.door().post(long)[0] == 200
        host.door().put('', MaxEnvelopeSizekb=32)
        assert host.door().post(IDENTIFY + ' ' * (33 << 10))[0] == 413


def connections():
    """MaxConnections: one more than that is told so"""
    with Host() as host:
        door = host.door()
        door.put('/service', MaxConnections=1)
        assert host.door().post(IDENTIFY)[0] == 503
        door.put('/service', MaxConnections=2)
        assert host.door().post(IDENTIFY)[0] == 200


def certificates():
    """Certificate mappings that are created, disabled and deleted decide who a certificate is"""
    if not shutil.which('openssl'):
        raise tap.Skip('no openssl')
    with tempfile.TemporaryDirectory() as folder:
        pem, key = os.path.join(folder, 'c.pem'), os.path.join(folder, 'k.pem')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                        'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', pem, '-subj',
                        '/CN=ops@contoso', '-days', '2', '-addext',
                        'extendedKeyUsage=clientAuth'], check=True, capture_output=True)
        sha1 = subprocess.run(['openssl', 'x509', '-in', pem, '-noout', '-fingerprint', '-sha1'],
                              check=True, capture_output=True, text=True).stdout
        thumbprint = sha1.split('=')[1].strip().replace(':', '').lower()
        with Host('--auth', 'negotiate,basic,certificate', '--client-ca', pem) as host:
            mapped(host, pem, key, thumbprint)


def mapped(host, pem, key, thumbprint):
    def identify():
        context = ssl.create_default_context(cafile=host.ca)
        context.load_cert_chain(pem, key)
        door = Door(host.secure_port, context)
        door.login = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual'
        return door.post(IDENTIFY)[0], door

    def mapping(**settings):
        body = ''.join(f'<c:{name}>{value}</c:{name}>' for name, value in settings.items())
        return f'<c:CertMapping xmlns:c="{MAPPING}">{body}</c:CertMapping>'

    own = {'URI': LISTENER, 'Subject': '*@contoso', 'Issuer': thumbprint}
    door = host.door()
    assert identify()[0] == 401
    text = door.ask('Create', MAPPING, {**own, 'Issuer': 'ab' * 20},
                    mapping(UserName='administrator', Password=host.password), status=500)
    assert ' Code="2150859106"' in text, text
    text = door.ask('Create', MAPPING, own, mapping(UserName='administrator', Password='x'),
                    status=500)
    assert ' Code="2150859092"' in text, text
    text = door.ask('Create', MAPPING, own,
                    mapping(UserName='administrator', Password=host.password))
    assert host.password not in text
    status, mine = identify()
    assert status == 200, status
    mine.ask('Get', LISTENER, ALL)
    # mapped for listeners only
    assert 'w:AccessDenied' in mine.ask('Get', CONFIG, status=500)
    assert host.password not in door.ask('Get', MAPPING, own)
    door.ask('Put', MAPPING, own, mapping(Enabled='false'))
    assert identify()[0] == 401
    door.ask('Put', MAPPING, own, mapping(Enabled='true'))
    assert identify()[0] == 200
    door.ask('Delete', MAPPING, own)
    assert identify()[0] == 401


def reset():
    """A reset brings back what was changed, a snapshot what was kept; limits set here hold"""
    with Host('--control', '127.0.0.1:0') as host:
        def control(verb, **words):
            request = urllib.request.Request(f'{host.control}/{verb}', json.dumps(words).encode(),
                                             {'Content-Type': 'application/json'}, method='POST')
            urllib.request.urlopen(request, timeout=20).close()

        door, port = host.door(), free_port()
        door.ask('Create', LISTENER, ONE, listener(Port=port))
        control('snapshots', name='with')
        door.ask('Put', LISTENER, ALL, listener(Enabled='false'))
        door.put('/service/auth', Basic='false')
        assert not is_open(host.port) and host.challenges(port) == ['Negotiate']
        control('snapshots/with/roll-back')
        assert is_open(host.port) and is_open(port)
        assert host.challenges(port) == ['Negotiate', 'Basic realm="WSMAN"']
        control('reset')
        assert is_open(host.port) and not is_open(port)
        control('setting', group='limits', key='MaxEnvelopeSizekb', value='32')
        assert host.door().post(IDENTIFY + ' ' * (33 << 10))[0] == 413


tap.run([listener_created, listener_busy, listener_disabled, listener_secure, without_certificate,
         filters, schemes, unencrypted, envelopes, connections, certificates,
         reset])
