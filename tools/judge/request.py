# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules of requests as this project's client writes them (MS-WSMV, DSP0226, DSP0227)."""
import re

from judge import soap, values

MESSAGE_ID = re.compile(r'uuid:[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}')
LOCALE = re.compile(r'[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*')
TIMEOUT = re.compile(r'PT(\d+)\.(\d{3})S')
PREFIXES = {'s': soap.SOAP, 'a': soap.ADDRESSING, 'w': soap.WSMAN, 'p': soap.WSMV,
            'x': soap.TRANSFER, 'e': soap.EVENTING, 'n': soap.ENUMERATION, 'wsmid': soap.IDENTITY,
            'b': soap.BINDING}
ENVELOPE_MIN = 8192

# Header -> what its s:mustUnderstand is (None: no attribute), in the order of Windows' clients.
HEADERS = {
    (soap.ADDRESSING, 'To'): None,
    (soap.WSMAN, 'ResourceURI'): 'true',
    (soap.ADDRESSING, 'ReplyTo'): None,
    (soap.ADDRESSING, 'Action'): 'true',
    (soap.WSMAN, 'MaxEnvelopeSize'): 'true',
    (soap.ADDRESSING, 'MessageID'): None,
    (soap.WSMAN, 'Locale'): 'false',
    (soap.WSMV, 'DataLocale'): 'false',
    (soap.WSMV, 'SessionId'): 'false',
    (soap.WSMAN, 'FragmentTransfer'): 'true',
    (soap.WSMAN, 'OptionSet'): None,
    (soap.WSMAN, 'SelectorSet'): None,
    (soap.WSMAN, 'OperationTimeout'): None,
}
REQUIRED = ('To', 'ResourceURI', 'ReplyTo', 'Action', 'MaxEnvelopeSize', 'MessageID', 'Locale',
            'DataLocale', 'OperationTimeout')

# Action -> (prefixes of the envelope, body: '' none, 'class' an instance, else a local name)
ACTIONS = {
    soap.TRANSFER + '/Get': ('sawp', ''),
    soap.TRANSFER + '/Put': ('sawp', 'class'),
    soap.TRANSFER + '/Create': ('sawp', 'class'),
    soap.TRANSFER + '/Delete': ('sawp', ''),
    soap.ENUMERATION + '/Enumerate': ('sawpn', 'Enumerate'),
    soap.ENUMERATION + '/Pull': ('sawpn', 'Pull'),
    soap.ENUMERATION + '/Release': ('sawpn', 'Release'),
}

# Children of the bodies of DSP0226, 8, in order: what their text must be.
NUMBER = re.compile(r'[1-9]\d*')
CONTEXT = re.compile(r'uuid:\S+')
EMPTY, ANY = re.compile(''), re.compile('.*', re.DOTALL)
MODES = re.compile('EnumerateEPR|EnumerateObjectAndEPR')
BODIES = {
    'Enumerate': [((soap.WSMAN, 'OptimizeEnumeration'), EMPTY),
                  ((soap.WSMAN, 'MaxElements'), NUMBER),
                  ((soap.WSMAN, 'EnumerationMode'), MODES), ((soap.WSMAN, 'Filter'), ANY),
                  ((soap.BINDING, 'PolymorphismMode'), ANY)],
    'Pull': [((soap.ENUMERATION, 'EnumerationContext'), CONTEXT),
             ((soap.ENUMERATION, 'MaxTime'), ANY), ((soap.ENUMERATION, 'MaxElements'), NUMBER),
             ((soap.ENUMERATION, 'MaxCharacters'), NUMBER)],
    'Release': [((soap.ENUMERATION, 'EnumerationContext'), CONTEXT)],
}
HEAD = {'content-type': 'application/soap+xml;charset=UTF-8', 'user-agent': 'hyperv-glib'}
NO_HEADERS = ('transfer-encoding', 'expect', 'accept-encoding', 'content-encoding', 'cookie')


class RequestRules:
    """Judges one request at a time; rules are those of instances."""

    def __init__(self, rules, seen):
        self.rules, self.say, self.seen = rules, rules.say, seen

    def head(self, line, headers, body, logged_in):
        """logged_in: the connection has a login behind it."""
        if not re.fullmatch(r'POST /wsman HTTP/1\.1', line):
            self.say('http', f'the request line is {line!r}')
        names = [name.lower() for name, _ in headers]
        found = {name.lower(): value for name, value in headers}
        for name in sorted({each for each in names if names.count(each) > 1}):
            self.say('http', f'{name} comes {names.count(name)} times')
        sealed = found.get('content-type', '').startswith('multipart/')
        for name, value in HEAD.items():
            if found.get(name) != value and not (sealed and name == 'content-type'):
                self.say('http', f'{name} is {found.get(name)!r}, expected {value!r}')
        if found.get('content-length') != str(len(body)) and not sealed:
            self.say('http', f'content-length {found.get("content-length")} for {len(body)} bytes')
        for name in NO_HEADERS:
            if name in found:
                self.say('http', f'{name} is sent')
        return found

    def envelope(self, root, host):
        """The whole envelope; host is the value of the Host header."""
        if [child.written for child in root.children] != ['s:Header', 's:Body'] \
                or root.name != (soap.SOAP, 'Envelope'):
            self.say('envelope', 'is not s:Envelope of s:Header and s:Body')
            return
        for element in root.walk():
            for prefix, uri in element.declared:
                if element is root and PREFIXES.get(prefix) != uri:
                    self.say('namespaces', f'{prefix} is {uri}')
        header, body = root.children
        if body.first(soap.IDENTITY, 'Identify'):
            self.identify(root)
            return
        self.headers(header, host)
        action = header.first(soap.ADDRESSING, 'Action')
        uri = header.first(soap.WSMAN, 'ResourceURI')
        if action is not None and uri is not None:
            self.action(root, action.text, uri.text)

    def identify(self, root):
        header, body = root.children
        if header.children or len(body.children) != 1 or body.children[0].children:
            self.say('identify', 'has headers, or more than wsmid:Identify')
        if root.declared != [('s', soap.SOAP), ('wsmid', soap.IDENTITY)]:
            self.say('namespaces', f'of Identify: {root.declared}')

    def headers(self, header, host):
        names = [child.name for child in header.children]
        known = list(HEADERS)
        for name in REQUIRED:
            if name not in [local for _, local in names]:
                self.say('headers', f'no {name}')
        for child in header.children:
            if child.name not in HEADERS:
                self.say('headers', f'{child.written} is not known')
            elif child.get(soap.SOAP, 'mustUnderstand') != HEADERS[child.name]:
                self.say('must-understand', f'{child.written}: '
                                            f'{child.get(soap.SOAP, "mustUnderstand")}')
            if names.count(child.name) > 1:
                self.say('headers', f'{child.written} comes twice')
        places = [known.index(name) for name in names if name in HEADERS]
        if places != sorted(places):
            self.say('header-order', ' '.join(child.written for child in header.children))
        self.values(header, host)

    def text(self, header, space, local):
        child = header.first(space, local)
        return child.text if child is not None else ''

    def values(self, header, host):
        to = self.text(header, soap.ADDRESSING, 'To')
        if not re.fullmatch(r'https?://' + re.escape(host) + '/wsman', to):
            self.say('to', f'a:To is {to!r}, the connection goes to {host}')
        reply_to = header.first(soap.ADDRESSING, 'ReplyTo')
        address = reply_to.first(soap.ADDRESSING, 'Address') if reply_to is not None else None
        if address is None or address.text != soap.ANONYMOUS \
                or address.get(soap.SOAP, 'mustUnderstand') != 'true':
            self.say('reply-to', 'is not the anonymous address that must be understood')
        size = self.text(header, soap.WSMAN, 'MaxEnvelopeSize')
        if values.fault_of('uint32', size) or int(size) < ENVELOPE_MIN:
            self.say('max-envelope-size', repr(size))
        timeout = TIMEOUT.fullmatch(self.text(header, soap.WSMAN, 'OperationTimeout'))
        if not timeout or not any(int(part) for part in timeout.groups()):
            self.say('operation-timeout', self.text(header, soap.WSMAN, 'OperationTimeout'))
        for space, local in ((soap.WSMAN, 'Locale'), (soap.WSMV, 'DataLocale')):
            child = header.first(space, local)
            if child is not None and not LOCALE.fullmatch(child.get(soap.XML, 'lang') or ''):
                self.say('locale', f'{local} has the language {child.get(soap.XML, "lang")!r}')
        self.message_id(self.text(header, soap.ADDRESSING, 'MessageID'))

    def message_id(self, text):
        if not MESSAGE_ID.fullmatch(text):
            self.say('message-id', f'{text!r} is not uuid: and an upper-case GUID')
        elif text in self.seen:
            self.say('message-id', f'{text} was used before')
        self.seen.add(text)

    def action(self, root, action, uri):
        header, body = root.children
        prefixes, content = ACTIONS.get(action, ('sawp', 'method'))
        if ''.join(prefix for prefix, _ in root.declared) != prefixes:
            self.say('namespaces', f'{[prefix for prefix, _ in root.declared]} for {action}')
        if len(body.children) != (content != ''):
            self.say('body', f'{len(body.children)} elements for {action}')
            return
        name_space, name = self.rules.split_uri(uri)
        selectors = header.first(soap.WSMAN, 'SelectorSet')
        if name and name != '*' and not self.rules.schema.declaration(name_space, name):
            self.say('resource', f'{uri} is no class of the schema')
        elif name and name != '*' and (content in ('', 'class', 'method') or selectors is not None):
            self.selectors(selectors, name_space, name, action)
        if content in BODIES:
            self.children(body.children[0], content)
        elif content == 'method':
            self.invoke(body.children[0], action, uri)
        elif content == 'class' and body.children[0].name != (uri, name):
            self.say('body', f'{body.children[0].written} is not the instance of {uri}')

    def selectors(self, selectors, name_space, name, action):
        """The keys; of those of a service Windows does with CreationClassName."""
        names = [child.get('', 'Name') for child in selectors.children] if selectors else []
        if action.startswith(soap.WMI) and names == ['CreationClassName']:
            return
        if not action.endswith('/Create'):
            self.rules.selectors(selectors, name_space, name, 'the request', ordered=False)

    def children(self, element, content):
        rows = BODIES[content]
        if element.written != 'n:' + content:
            self.say('body', f'{element.written}, expected n:{content}')
        names = [row[0] for row in rows]
        for child in element.children:
            row = next((row for row in rows if row[0] == child.name), None)
            if row is None or not row[1].fullmatch(child.text):
                self.say('body', f'{child.written} {child.text!r} in {content}')
        found = [child.name for child in element.children]
        if len(set(found)) != len(found):
            self.say('body', f'a child of {content} comes twice')
        if content != 'Enumerate' and found != [name for name in names if name in found]:
            self.say('body', f'{[child.written for child in element.children]} is out of order')
        if content != 'Enumerate' and names[0] not in found:
            self.say('body', f'{content} without a context')
        for child in element.all(soap.WSMAN, 'Filter'):
            if not (child.get('', 'Dialect') or '').startswith('http'):
                self.say('body', f'a filter of the dialect {child.get("", "Dialect")!r}')

    def invoke(self, element, action, uri):
        """METHOD_INPUT with the parameters in the order of the declaration."""
        name_space, name = self.rules.split_uri(uri)
        if not name or not action.startswith(uri + '/'):
            self.say('action', f'{action} is no method of {uri}')
            return
        method = self.rules.schema.method(name_space, name, action[len(uri) + 1:])
        if method is None:
            self.say('action', f'{name} has no method {action[len(uri) + 1:]}')
            return
        if element.name != (uri, method.name + '_INPUT'):
            self.say('body', f'{element.written} is not {method.name}_INPUT of {uri}')
        rows = [each for each in method.parameters if 'in' in each.qualifiers]
        found = [child.local for child in element.children]
        order = [row.name for row in rows if row.name in found]
        if list(dict.fromkeys(found)) != order:
            self.say('parameters', f'{found} of {method.name}, expected {[r.name for r in rows]}')
        for row in rows:
            if row.name not in found and 'optional' not in row.qualifiers:
                self.say('parameters', f'{method.name} without {row.name}')
        for child in element.children:
            row = next((row for row in rows if row.name == child.local), None)
            if row is not None and child.space == uri:
                self.rules.value(child, row, name_space)
