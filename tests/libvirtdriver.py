# SPDX-License-Identifier: LGPL-2.1-or-later
"""libvirt's hyperv driver at a simulated host, as far as its messages go: what it sends comes from
fixtures/captures, what it does between two requests is done here (Pull while there is a context,
ask for the job, read values with the literal paths that it reads them with), and whether a reply is
one that it can use is judged as openwsman and the driver judge it."""
import base64
import http.client
import os
import re
import shlex
import subprocess
import urllib.parse
from xml.etree import ElementTree

import mof
from hostfolder import CIMV2, HOSTS, SCHEMA, V2, Host

CAPTURES = os.path.join(os.path.dirname(HOSTS), 'captures')
SOAP = 'http://www.w3.org/2003/05/soap-envelope'
WSMAN = 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd'
WSEN = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration'
ADDRESSING = 'http://schemas.xmlsoap.org/ws/2004/08/addressing'
XSI = 'http://www.w3.org/2001/XMLSchema-instance'
WMI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/'
# GUID in the captures -> ElementName here and there.
THEIRS = {'2d1f6a0c-7b1e-4c52-9a56-0a1b2c3d4e5f': 'web01',
          '7e2b9b1d-1111-4222-8333-a0b1c2d3e4f5': 'db01'}
RANGES = {'uint8': (0, 2**8), 'uint16': (0, 2**16), 'uint32': (0, 2**32), 'uint64': (0, 2**64),
          'sint8': (-2**7, 2**7), 'sint16': (-2**15, 2**15), 'sint32': (-2**31, 2**31),
          'sint64': (-2**63, 2**63)}


# ---- captures ----

def read_capture(name):
    """(head, body) of each request."""
    with open(os.path.join(CAPTURES, name + '.txt'), 'rb') as file:
        text = file.read()
    at, found = 0, []
    while True:
        match = re.compile(rb'\s*######## request \d+: head (\d+) bytes, body (\d+) bytes\n').match(
            text, at)
        if not match:
            assert not text[at:].strip(), (name, text[at:at + 80])
            return found
        head, body = int(match.group(1)), int(match.group(2))
        at = match.end() + head + body
        found.append((text[match.end():match.end() + head].decode(),
                      text[match.end() + head:at].decode()))


def filter_of(body):
    found = re.search(r'<wsman:Filter [^>]*>([^<]*)</wsman:Filter>', body)
    return found and found.group(1)


# ---- what the driver asks of a reply ----

def split(tag):
    namespace, _, name = tag.rpartition('}')
    return namespace.lstrip('{'), name


def check_scalar(where, member, element):
    """As openwsman reads one: a number within its range, a boolean of lower case."""
    if element.get(f'{{{XSI}}}nil') == 'true':
        return
    text = (element.text or '').strip()
    if member.type in RANGES:
        low, high = RANGES[member.type]
        assert re.fullmatch(r'-?\d+', text) and low <= int(text) < high, (where, text)
    elif member.type == 'boolean':
        assert text in ('true', 'false'), (where, text)


def check_item(class_uri, item):
    """Each scalar of the class as 2012 R2 has it exactly once, each null array not at all."""
    namespace, name = class_uri[len(WMI):].rsplit('/', 1)
    assert split(item.tag) == (class_uri, name), (item.tag, class_uri)
    klass = SCHEMA[namespace, name.lower()]
    found = {}
    for element in item:
        assert split(element.tag)[0] == class_uri, element.tag
        found.setdefault(split(element.tag)[1].lower(), []).append(element)
    oldest = mof.RELEASES.index('2012 R2')
    for key, (_, member) in mof.flatten(SCHEMA, klass).items():
        where, elements = f'{name}.{member.name}', found.get(key, [])
        if member.array:
            assert not any(one.get(f'{{{XSI}}}nil') for one in elements), where
        elif mof.RELEASES.index(member.qualifiers.get('Since', '2012')) <= oldest:
            assert len(elements) == 1, (where, len(elements))
            check_scalar(where, member, elements[0])


class Item:
    """A reply's instance, read by name."""

    def __init__(self, element):
        self.values = {}
        for one in element:
            text = ''.join(one.itertext()) if one.get(f'{{{XSI}}}nil') != 'true' else None
            self.values.setdefault(split(one.tag)[1], []).append(text)

    def __getitem__(self, name):
        return self.values[name][0]

    def all(self, name):
        return self.values.get(name, [])

    def number(self, name):
        return int(self[name] or 0)


# ---- the driver ----

class Driver:
    """One connection: the captured requests of one virsh command, in their order."""

    def __init__(self, sim, capture):
        self.sim, self.requests = sim, iter(read_capture(capture))
        self.ours = {}
        self.http = http.client.HTTPConnection(sim.address, timeout=30)
        self.last = None
        login = f'{sim.user}:{sim.password}'.encode()
        self.login = 'Basic ' + base64.b64encode(login).decode()
        self.challenged = False

    def close(self):
        self.http.close()

    def post(self, head, body):
        """With the captured header lines; the first goes without a login and is told to log in."""
        lines = [line.split(': ', 1) for line in head.strip().split('\r\n')[1:]]
        lines = [line for line in lines if line[0] != 'Content-Length']
        self.http.putrequest('POST', '/wsman', skip_host=True, skip_accept_encoding=True)
        for name, value in lines:
            self.http.putheader(name, {'Host': self.sim.address,
                                       'Authorization': self.login}.get(name, value))
        payload = body.encode()
        self.http.putheader('Content-Length', str(len(payload)))
        self.http.endheaders(payload)
        reply = self.http.getresponse()
        text = reply.read()
        if 'Authorization' not in dict(line[:2] for line in lines):
            assert reply.status == 401 and not self.challenged, reply.status
            assert any(one.startswith('Basic') for one in
                       reply.headers.get_all('WWW-Authenticate', [])), reply.headers
            self.challenged = True
            return None
        assert reply.status == 200, (reply.status, text[:2000])
        root = ElementTree.fromstring(text)
        # openwsman takes the body by its place.
        assert root.tag == f'{{{SOAP}}}Envelope'
        assert f'{{{SOAP}}}Body' in [one.tag for one in root[:2]], root
        return text.decode(), root

    def translate(self, body):
        """The stub's names in a request become the simulator's."""
        body = re.sub(r'http://[\d.:]+/wsman', f'http://{self.sim.address}/wsman', body)
        for theirs, ours in self.ours.items():
            body = body.replace(theirs, ours)
        return body

    def learn(self, theirs, ours):
        if theirs and ours is not None:
            self.ours[theirs] = ours

    def next(self, want):
        """The next captured request; Pulls of an enumeration that is over are passed over."""
        while True:
            head, body = self.last or next(self.requests)
            self.last = None
            if want == 'Pull' or '/enumeration/Pull<' not in body:
                return head, body

    def query(self, text=None):
        """An Enumerate and its Pulls: the next captured one, or one with another text."""
        if text is None:
            head, body = self.next('Enumerate')
            if 'Authorization' not in head:
                assert self.post(head, self.translate(body)) is None
                head, body = self.next('Enumerate')
            self.enumerate = head, body
        else:
            head, body = self.enumerate
            escaped = text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')
            space = CIMV2 if text.startswith('SELECT * FROM Win32') else V2
            body = body.replace(filter_of(body), escaped)
            body = re.sub(r'/wmi/root/[^<]*/\*<', f'/wmi/{space}/*<', body)
        asked = self.translate(body) if text is None else body.replace(
            re.search(r'http://[\d.:]+/wsman', body).group(), f'http://{self.sim.address}/wsman')
        _, root = self.post(head, asked)
        context = root.findtext(f'.//{{{WSEN}}}EnumerationContext')
        assert context, 'no context'
        return self.pull(context, filter_of(asked), text is None)

    def pull(self, context, text, captured):
        if captured:
            self.pulls = self.next('Pull')
        head, body = self.pulls
        class_name = re.search(r'ResultClass = (\w+)|FROM (\w+)', text).group(1, 2)
        class_name = class_name[0] or class_name[1]
        body = re.sub(r'(/wmi/root/[^<]*/)\w+<', lambda match: match.group(1) + class_name + '<',
                      body)
        if not captured:
            space = CIMV2 if class_name.startswith('Win32') else V2
            body = re.sub(r'/wmi/root/[^<]*/(\w+)<', f'/wmi/{space}/\\1<', body)
        class_uri = re.search(r'ResourceURI s:mustUnderstand="true">([^<]*)<', body).group(1)
        body = re.sub(r'http://[\d.:]+/wsman', f'http://{self.sim.address}/wsman', body)
        found = []
        while context:
            one = re.sub(r'(EnumerationContext>)[^<]*', '\\g<1>' + context, body, count=1)
            _, root = self.post(head, one)
            items = root.find(f'.//{{{WSEN}}}Items')
            assert items is not None, 'no wsen:Items'
            assert len(items) <= 1, f'{len(items)} items in one Pull: all but one would be lost'
            for item in items:
                check_item(class_uri, item)
                found.append(Item(item))
            context = root.findtext(f'.//{{{WSEN}}}EnumerationContext')
        return found

    def invoke(self):
        """The next captured Invoke; the texts that the driver reads with its literal paths."""
        head, body = self.next('Invoke')
        text, root = self.post(head, self.translate(body))
        prefixes = dict(reversed(pair) for pair in
                        re.findall(r'xmlns:(\w+)="([^"]*)"', text.split('<s:Body>')[0]))
        assert prefixes[SOAP] == 's' and prefixes[ADDRESSING] == 'a' and prefixes[WSMAN] == 'w'
        method = re.search(r'<n1:(\w+)_INPUT', body).group(1)
        uri = re.search(r'ResourceURI s:mustUnderstand="true">([^<]*)<', body).group(1)
        output = root.find(f'{{{SOAP}}}Body')[0]
        assert f'<s:Body><p:{method}_OUTPUT ' in text and split(output.tag)[0] == uri
        value = re.search(r'<p:ReturnValue>(\d+)</p:ReturnValue>', text).group(1)
        job = re.search(r'<p:Job [^>]*>.*?<a:ReferenceParameters>.*?'
                        r'<w:Selector Name="InstanceID">([^<]*)</w:Selector>', text)
        return int(value), job and job.group(1)

    # -- what every command begins with --

    def connect(self):
        product, = self.query()
        system, = self.query()
        assert product['UUID'] == self.sim.host.settings['values', 'host_uuid'], product['UUID']
        assert system['Version'] == self.sim.host.settings['host', 'version'], system['Version']
        if system['Version'].startswith('6.'):  # the driver looks for COM ports elsewhere there
            self.learn('Msvm_SerialPortSettingData', 'Msvm_ResourceAllocationSettingData')
        return system

    def lookup(self):
        """By name; what is learned replaces the stub's GUID, in lower case as libvirt prints it."""
        vm, = self.query()
        for guid, name in THEIRS.items():
            if name == vm['ElementName']:
                self.learn(guid, vm['Name'].lower())
                self.learn(guid.upper(), vm['Name'])
        return vm

    def wait(self, job):
        """As the driver polls: 2, 3, 4, 6 go on, 7 is done, everything else is a failure."""
        for _ in range(1000):
            found, = self.query(f"SELECT * FROM Msvm_ConcreteJob WHERE InstanceID = '{job}'")
            if found.number('JobState') == 7:
                return
            assert found.number('JobState') in (2, 3, 4, 6), found['JobState']
        raise AssertionError('the job does not end')


# ---- the simulator ----

class Sim:
    """A simulated host of its own, with Basic over HTTP on loopback."""

    def __init__(self, program, name):
        self.host = Host(name)
        env = {key: value for key, value in os.environ.items()
               if key == 'HYPERV_SIM_EXCHANGES' or not key.startswith(('HYPERV_', 'LIBVIRT_'))}
        self.process = subprocess.Popen([program, '--host', name, '--http', '--quiet'], env=env,
                                        stdout=subprocess.PIPE, text=True)
        words = dict(word.split('=', 1) for word in shlex.split(self.process.stdout.readline()))
        self.address = urllib.parse.urlparse(words['HYPERV_SIM_ENDPOINT']).netloc
        self.user = words['HYPERV_SIM_USER']
        with open(words['HYPERV_SIM_PASSWORD_FILE'], encoding='utf-8') as file:
            self.password = file.read().strip()

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def settings(self, class_name, vm):
        """Instances of a class in the settings of a virtual machine, from its folder."""
        guid = next(one.values['Name'] for one in self.host.all('Msvm_ComputerSystem')
                    if one.values['ElementName'] == vm)
        return [one for one in self.host.all(class_name)
                if one.name == class_name
                and one.values['InstanceID'].startswith(f'Microsoft:{guid}\\')]
