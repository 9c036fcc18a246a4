# SPDX-License-Identifier: LGPL-2.1-or-later
"""A WS-Management client for the judges: requests as pywinrm writes them, over http.client."""
import base64
import http.client
import shlex
import signal
import ssl
import subprocess
import uuid
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from judge import soap

TYPE = 'application/soap+xml;charset=UTF-8'
SPACES = (f'xmlns:s="{soap.SOAP}" xmlns:wsa="{soap.ADDRESSING}" xmlns:wsman="{soap.WSMAN}" '
          f'xmlns:wsmv="{soap.WSMV}" xmlns:wsen="{soap.ENUMERATION}"')


class Simulator:
    """A hyperv-sim that runs meanwhile, and one kept connection to it."""

    def __init__(self, program, *words, secure=False):
        self.words = [program, '--https' if secure else '--http', '--quiet', *words]
        self.secure = secure
        self.env = {}

    def __enter__(self):
        self.process = subprocess.Popen(self.words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        stdin=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.env = dict(word.split('=', 1) for word in shlex.split(line))
        if 'HYPERV_SIM_ENDPOINT' not in self.env:
            raise OSError(f'{" ".join(self.words)}: {self.process.communicate()[1].strip()}')
        with open(self.env['HYPERV_SIM_PASSWORD_FILE'], encoding='utf-8') as file:
            account = f'{self.env["HYPERV_SIM_USER"]}:{file.readline().strip()}'
        self.login = 'Basic ' + base64.b64encode(account.encode()).decode()
        place = urlsplit(self.env['HYPERV_SIM_ENDPOINT']).netloc
        if self.secure:
            self.connection = http.client.HTTPSConnection(
                place, timeout=60, context=ssl.create_default_context(cafile=self.env['HYPERV_CA']))
        else:
            self.connection = http.client.HTTPConnection(place, timeout=60)
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)

    def post(self, body, **headers):
        """Status and body of the reply; headers with None are left out."""
        sent = {'Content-Type': TYPE, 'Authorization': self.login,
                **{name.replace('_', '-'): value for name, value in headers.items()}}
        self.connection.request('POST', '/wsman', body,
                                {name: value for name, value in sent.items() if value is not None})
        reply = self.connection.getresponse()
        return reply.status, reply.read()

    def ask(self, action, uri, body='', selectors=(), locale='en-US', size=512000):
        """One request of WS-Management; the root of the reply, faults too."""
        status, data = self.post(envelope(action, uri, body, selectors, locale, size).encode())
        if not data:
            raise OSError(f'{action} {uri}: status {status} without a body')
        return soap.parse(data)


def envelope(action, uri, body='', selectors=(), locale='en-US', size=512000):
    chosen = ''.join(f'<wsman:Selector Name={quoteattr(name)}>{content}</wsman:Selector>'
                     for name, content in selectors)
    return (
        f'<s:Envelope {SPACES}><s:Header>'
        f'<wsa:Action s:mustUnderstand="true">{escape(action)}</wsa:Action>'
        f'<wsmv:DataLocale s:mustUnderstand="false" xml:lang="{locale}"/>'
        f'<wsman:Locale s:mustUnderstand="false" xml:lang="{locale}"/>'
        f'<wsman:MaxEnvelopeSize s:mustUnderstand="true">{size}</wsman:MaxEnvelopeSize>'
        f'<wsa:MessageID>uuid:{str(uuid.uuid4()).upper()}</wsa:MessageID>'
        '<wsman:OperationTimeout>PT60S</wsman:OperationTimeout><wsa:ReplyTo>'
        f'<wsa:Address s:mustUnderstand="true">{soap.ANONYMOUS}</wsa:Address></wsa:ReplyTo>'
        f'<wsman:ResourceURI s:mustUnderstand="true">{escape(uri)}</wsman:ResourceURI>'
        + (f'<wsman:SelectorSet>{chosen}</wsman:SelectorSet>' if chosen else '')
        + '<wsa:To>http://host/wsman</wsa:To></s:Header><s:Body>' + body + '</s:Body></s:Envelope>')
