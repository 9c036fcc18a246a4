# SPDX-License-Identifier: LGPL-2.1-or-later
"""The client against an NTLM acceptor that nobody here wrote: impacket's, with sealed messages."""
import base64
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import tap  # noqa: E402

try:
    from Cryptodome.Cipher import ARC4
    from impacket import ntlm
    from impacket.smbserver import computeNTLMv2
except ImportError as missing:
    ntlm = None
    WHY = f'{missing} (Debian: python3-impacket)'

HYPERV = sys.argv[1]
USER, PASSWORD = 'anna', 'geheim7'
REASON = 'a sealed fault of impacket'
BOUNDARY = b'--Encrypted Boundary\r\n'
SPNEGO = b'application/HTTP-SPNEGO-session-encrypted'
PARTS = re.compile(
    b'--Encrypted Boundary\r\n\tContent-Type: ' + SPNEGO + b'\r\n\tOriginalContent: '
    b'type=application/soap\\+xml;charset=UTF-8;Length=(\\d+)\r\n--Encrypted Boundary\r\n'
    b'\tContent-Type: application/octet-stream\r\n')
FAULT = ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code>'
         '<s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang="en-US">' + REASON
         + '</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>').encode()


class Login:
    """One connection's NTLM, as the side that is logged in to."""

    def challenge(self, token):
        self.negotiate = ntlm.NTLMAuthNegotiate()
        self.negotiate.fromString(token)
        self.flags = (ntlm.NTLMSSP_NEGOTIATE_UNICODE
                      | ntlm.NTLMSSP_REQUEST_TARGET | ntlm.NTLMSSP_NEGOTIATE_NTLM
                      | ntlm.NTLMSSP_NEGOTIATE_ALWAYS_SIGN | ntlm.NTLMSSP_NEGOTIATE_SIGN
                      | ntlm.NTLMSSP_NEGOTIATE_SEAL | ntlm.NTLMSSP_NEGOTIATE_KEY_EXCH
                      | ntlm.NTLMSSP_NEGOTIATE_128 | ntlm.NTLMSSP_NEGOTIATE_TARGET_INFO
                      | ntlm.NTLMSSP_TARGET_TYPE_SERVER | ntlm.NTLMSSP_NEGOTIATE_VERSION
                      | ntlm.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY)
        pairs = ntlm.AV_PAIRS()
        name = 'HOST1'.encode('utf-16le')
        pairs[ntlm.NTLMSSP_AV_HOSTNAME] = pairs[ntlm.NTLMSSP_AV_DOMAINNAME] = name
        self.answer = ntlm.NTLMAuthChallenge()
        self.answer['flags'] = self.flags
        self.answer['domain_len'] = self.answer['domain_max_len'] = len(name)
        self.answer['domain_offset'] = 40 + 16
        self.answer['challenge'] = os.urandom(8)
        self.answer['domain_name'] = name
        self.answer['TargetInfoFields_len'] = len(pairs)
        self.answer['TargetInfoFields_max_len'] = len(pairs)
        self.answer['TargetInfoFields'] = pairs
        self.answer['TargetInfoFields_offset'] = 40 + 16 + len(name)
        self.answer['Version'] = b'\x0a\x00\x63\x45\x00\x00\x00\x0f'
        self.answer['VersionLen'] = 8
        return self.answer.getData()

    def authenticate(self, token):
        """Whether the password is right; then the keys are there."""
        response = ntlm.NTLMAuthChallengeResponse()
        response.fromString(token)
        at = response['session_key_offset']
        # impacket leaves this one where it is.
        response['session_key'] = token[at:at + response['session_key_len']]
        user = response['user_name'].decode('utf-16le')
        status, key = computeNTLMv2(user, ntlm.compute_lmhash(PASSWORD),
                                    ntlm.compute_nthash(PASSWORD), self.answer['challenge'],
                                    response, self.answer, self.negotiate)
        if status != 0 or user != USER:
            return False
        self.sign = {way: ntlm.SIGNKEY(self.flags, key, way) for way in ('Client', 'Server')}
        self.handle = {way: ARC4.new(ntlm.SEALKEY(self.flags, key, way)).encrypt
                       for way in ('Client', 'Server')}
        self.number = {'Client': 0, 'Server': 0}
        return True

    def open(self, signature, cipher):
        text = self.handle['Client'](cipher)
        number = self.number['Client']
        self.number['Client'] += 1
        expected = ntlm.MAC(self.flags, self.handle['Client'], self.sign['Client'], number, text)
        assert expected.getData() == signature, 'the signature of the request is wrong'
        return text

    def seal(self, text):
        number = self.number['Server']
        self.number['Server'] += 1
        cipher, signature = ntlm.SEAL(self.flags, self.sign['Server'], None, text, text, number,
                                      self.handle['Server'])
        return signature.getData(), cipher


class Host(threading.Thread):
    """Answers each sealed request with a sealed fault, until it is closed."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.requests, self.errors = [], []
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            try:
                with connection, connection.makefile('rwb') as stream:
                    self.serve(stream, Login())
            except Exception as error:  # told by the test
                self.errors.append(error)

    def serve(self, stream, login):
        ready = False
        while True:
            head = b''
            while not head.endswith(b'\r\n\r\n'):
                line = stream.readline()
                if not line:
                    return
                head += line
            length = re.search(rb'Content-Length: (\d+)', head)
            body = stream.read(int(length[1]) if length else 0)
            token = re.search(rb'\r\nAuthorization: Negotiate (\S+)', head)
            if token is None and ready and body:
                stream.write(self.fault(login, head, body))
            elif token is None:
                stream.write(self.head(401, 'WWW-Authenticate: Negotiate\r\n', b''))
            elif base64.b64decode(token[1])[8] == 1:
                coded = base64.b64encode(login.challenge(base64.b64decode(token[1]))).decode()
                stream.write(self.head(401, f'WWW-Authenticate: Negotiate {coded}\r\n', b''))
            else:
                ready = login.authenticate(base64.b64decode(token[1]))
                more = '' if ready else 'WWW-Authenticate: Negotiate\r\n'
                stream.write(self.head(200 if ready else 401, more, b''))
            stream.flush()

    @staticmethod
    def head(status, more, body):
        return f'HTTP/1.1 {status} \r\n{more}Content-Length: {len(body)}\r\n\r\n'.encode() + body

    def fault(self, login, head, body):
        assert b'protocol="' + SPNEGO + b'"' in head, head
        found = PARTS.match(body)
        assert found, body[:300]
        frame = body[found.end():]
        size = struct.unpack('<I', frame[:4])[0]
        length = int(found[1])
        assert size == 16, size
        assert frame[20 + length:] == b'--Encrypted Boundary--\r\n', frame[20 + length:]
        self.requests.append(login.open(frame[4:20], frame[20:20 + length]).decode())
        signature, cipher = login.seal(FAULT)
        parts = (BOUNDARY + b'\tContent-Type: ' + SPNEGO + b'\r\n\tOriginalContent: '
                 b'type=application/soap+xml;charset=UTF-8;Length=%d\r\n' % len(FAULT) + BOUNDARY
                 + b'\tContent-Type: application/octet-stream\r\n' + struct.pack('<I', 16)
                 + signature + cipher + b'--Encrypted Boundary--\r\n')
        kind = ('Content-Type: multipart/encrypted;protocol="' + SPNEGO.decode()
                + '";boundary="Encrypted Boundary"\r\n')
        return self.head(500, kind, parts)


def run_client(auth, password=PASSWORD):
    """Exit code, stderr and what the host was asked."""
    if ntlm is None:
        raise tap.Skip(WHY)
    host = Host()
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, 'auth.conf')
        with open(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600), 'w', encoding='utf-8') as conf:
            conf.write(f'[credentials-one]\nusername={USER}\npassword={password}\n'
                       '[auth-hyperv-127.0.0.1]\ncredentials=one\n')
        uri = f'hyperv://{USER}@127.0.0.1:{host.port}/?transport=http{auth}'
        done = subprocess.run([HYPERV, '-c', uri, 'version'], capture_output=True, text=True,
                              timeout=20, check=False,
                              env={**os.environ, 'HYPERV_AUTH_FILE': file,
                                   'KRB5_CONFIG': '/dev/null'})
    host.listener.close()
    if 'gss-ntlmssp' in done.stderr or 'built without GSSAPI' in done.stderr:
        raise tap.Skip(done.stderr.strip())
    assert not host.errors, (host.errors, done.stderr)
    return done.returncode, done.stderr, host.requests


def check_sealed(auth):
    code, stderr, requests = run_client(auth)
    assert REASON in stderr, (code, stderr)
    assert code == 2, (code, stderr)
    assert len(requests) == 1 and 'Win32_OperatingSystem' in requests[0], requests
    assert PASSWORD not in stderr, stderr


def ntlm_sealed():
    """auth=ntlm logs in to impacket, and both read what the other sealed."""
    check_sealed('&auth=ntlm')


def wrong_password():
    """impacket turns a wrong password away, and the client says so."""
    code, stderr, requests = run_client('&auth=ntlm', 'wrong')
    assert code == 3, (code, stderr)
    assert 'did not let "anna" in with Negotiate' in stderr, stderr
    assert not requests, requests


tap.run([ntlm_sealed, wrong_password])
