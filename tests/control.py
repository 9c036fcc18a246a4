# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control API of a simulator that runs, and requests to that simulator, for tests."""
import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from programs import CLEAN, HYPERV, Running, run


def told(*words, env):
    """Runs hyperv, however it ends; what it says on stderr."""
    return run(HYPERV, *words, env=env).stderr


class Api:
    """The HTTP door."""

    def __init__(self, uri, token=None):
        self.uri, self.token = uri, token

    def __call__(self, method, path, arguments=None, code=200, headers=None):
        request = urllib.request.Request(
            self.uri + path, method=method, headers=dict(headers or {}),
            data=None if arguments is None else json.dumps(arguments).encode())
        if self.token:
            request.add_header('Authorization', 'Bearer ' + self.token)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as reply:
                status, text = reply.status, reply.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        assert status == code, (method, path, arguments, status, text)
        return json.loads(text)


class Site(Running):
    """A simulator with a control API."""

    def __init__(self, *words):
        super().__init__('--control', '127.0.0.1:0', '--quiet', *words)

    def __enter__(self):
        super().__enter__()
        self.api = Api(self.env['HYPERV_SIM_CONTROL'])
        return self


def query(text):
    return '/instances?query=' + urllib.parse.quote(text)


ENVELOPE = '''<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="{addressing}" xmlns:n="{enumeration}"
 xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>
 <a:To>http://x/wsman</a:To><w:ResourceURI s:mustUnderstand="true">{uri}</w:ResourceURI>
 <a:ReplyTo><a:Address>{addressing}/role/anonymous</a:Address></a:ReplyTo>
 <a:Action s:mustUnderstand="true">{enumeration}/Enumerate</a:Action>
 <w:MaxEnvelopeSize s:mustUnderstand="true">512000</w:MaxEnvelopeSize>
 <a:MessageID>uuid:11111111-2222-3333-4444-555555555555</a:MessageID>
 <w:OperationTimeout>PT60S</w:OperationTimeout></s:Header>
 <s:Body><n:Enumerate/></s:Body></s:Envelope>'''


def enumerate_request(klass):
    """An Enumerate of all instances, which begins a context."""
    return ENVELOPE.format(
        uri='http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/' + klass,
        addressing='http://schemas.xmlsoap.org/ws/2004/08/addressing',
        enumeration='http://schemas.xmlsoap.org/ws/2004/09/enumeration')


def post(env, text):
    """One request as any other program sends it; the reply's body."""
    with open(env['HYPERV_SIM_PASSWORD_FILE'], encoding='utf-8') as file:
        password = file.read().strip()
    done = subprocess.run(
        ['curl', '-s', '--max-time', '30', '--cacert', env['HYPERV_CA'], '-u',
         f"{env['HYPERV_SIM_USER']}:{password}", '-H',
         'Content-Type: application/soap+xml;charset=UTF-8', '--data-binary', '@-',
         env['HYPERV_SIM_ENDPOINT']], input=text.encode(), capture_output=True, timeout=60,
        env=CLEAN, check=False)
    return done.returncode, done.stdout
