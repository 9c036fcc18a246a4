# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules of replies as Windows writes them (recordings, MS-WSMV, DSP0226)."""
import re
from email.utils import parsedate_to_datetime

from judge import soap
from judge.mof import Property
from judge.request import MESSAGE_ID

ENUMERATION_KIND = [('s', soap.SOAP), ('a', soap.ADDRESSING), ('n', soap.ENUMERATION),
                    ('w', soap.WSMAN)]
TRANSFER_KIND = [('s', soap.SOAP), ('a', soap.ADDRESSING), ('x', soap.TRANSFER), ('w', soap.WSMAN),
                 ('p', soap.WSMV)]
# Recorded of 2012 and 2016: Receive has no x, Delete neither x nor rsp.
SHELL_KIND = [*TRANSFER_KIND[:4], ('rsp', soap.SHELL), TRANSFER_KIND[4]]
SHELL_KINDS = {soap.SHELL + '/Receive': [kind for kind in SHELL_KIND if kind[0] != 'x'],
               soap.TRANSFER + '/Delete': [kind for kind in TRANSFER_KIND if kind[0] != 'x'],
               **dict.fromkeys([soap.TRANSFER + '/Create', soap.SHELL + '/Command',
                                soap.SHELL + '/Send', soap.SHELL + '/Signal'], SHELL_KIND)}
FAULT_KIND = [('s', soap.SOAP), ('a', soap.ADDRESSING), ('x', soap.TRANSFER), ('e', soap.EVENTING),
              ('n', soap.ENUMERATION), ('w', soap.WSMAN), ('p', soap.WSMV)]
HEADERS = ['a:Action', 'a:MessageID', 'p:OperationID', 'p:SequenceId', 'p:ActivityId', 'a:To',
           'a:RelatesTo']
REQUIRED = ['a:Action', 'a:MessageID', 'a:To', 'a:RelatesTo']

# Prefix of a subcode -> actions of the fault. From the table in Microsoft's OMI: two subcodes of w
# go with addressing, one of a with wsman.
FAULT_ACTIONS = {
    '': {soap.ADDRESSING + '/fault'},
    'a': {soap.ADDRESSING + '/fault', 'http://schemas.dmtf.org/wbem/wsman/1/wsman/fault'},
    'w': {'http://schemas.dmtf.org/wbem/wsman/1/wsman/fault', soap.ADDRESSING + '/fault'},
    'n': {soap.ENUMERATION + '/fault'},
    'x': {soap.TRANSFER + '/fault'},
    'e': {soap.EVENTING + '/fault', soap.ENUMERATION + '/fault'},
}
# Names of the headers of HTTP, in the order of http.sys.
HTTP_ORDER = ['content-type', 'allow', 'server', 'www-authenticate', 'date', 'connection',
              'content-length']
# Recorded: what a login goes on or ends with comes first.
LOGIN_ORDER = ['content-type', 'www-authenticate', 'server', 'date', 'connection', 'content-length']
TOKEN = re.compile(r'(Negotiate|Kerberos|CredSSP) \S+')
SEALED = ('multipart/encrypted', 'multipart/x-multi-encrypted')
ENVELOPE_TYPE = 'application/soap+xml;charset=UTF-8'
STATUS = re.compile(r'HTTP/1\.1 (\d{3}) (.*)')
RAW_QUOTE = re.compile(rb'>[^<]*["\'][^<]*<')
SELECT = re.compile(r'\s*select\s+(.+?)\s+from\s+(\w+)', re.IGNORECASE | re.DOTALL)


class Enumeration:
    """What an Enumerate asked for, kept for its Pulls."""

    def __init__(self, name_space, name, names):
        self.name_space, self.name, self.names = name_space, name, names


class ReplyRules:
    """Judges the replies of one host, in order."""

    def __init__(self, rules):
        self.rules, self.say = rules, rules.say
        self.ids, self.contexts = set(), {}  # context -> Enumeration; None: used up

    def head(self, line, headers, body, whole):
        match = STATUS.fullmatch(line)
        names = [name.lower() for name, _ in headers]
        found = {name.lower(): value for name, value in headers}
        if not match:
            self.say('http', f'the status line is {line!r}')
            return None, found
        # http.sys puts the token of a login before Server, WinRM its challenges after it
        places = [HTTP_ORDER.index('content-type') if value.endswith(' \u2026')
                  else HTTP_ORDER.index(name.lower())
                  for name, value in headers if name.lower() in HTTP_ORDER]
        if set(names) - set(HTTP_ORDER) or places != sorted(places):
            self.say('http', f'the headers are {names}')
        if whole and found.get('content-length') != str(len(body)):
            self.say('http', f'content-length {found.get("content-length")} for {len(body)} bytes')
        if found.get('server') != 'Microsoft-HTTPAPI/2.0':
            self.say('http', f'server is {found.get("server")!r}')
        self.date(found.get('date', ''))
        if ('content-type' in found) != bool(found.get('content-length', '0') != '0'):
            self.say('http', 'a content type is there exactly when a body is')
        status = int(match.group(1))
        if match.group(2) and found.get('content-type') == ENVELOPE_TYPE:
            self.say('http', f'the reason of {status} is {match.group(2)!r}: WinRM says none')
        token = found.get('www-authenticate', '').endswith(' \u2026')
        if (status == 401) != ('www-authenticate' in found) and not token:
            self.say('http', f'status {status} and www-authenticate')
        return status, found

    def date(self, text):
        try:
            good = parsedate_to_datetime(text).strftime('%a, %d %b %Y %H:%M:%S GMT') == text
        except (TypeError, ValueError):
            good = False
        if not good:
            self.say('http', f'the date is {text!r}')

    def bytes(self, data, document):
        if document.has_declaration:
            self.say('envelope', 'has an XML declaration')
        if not data.endswith(b'>') or b'\n' in data or not data.startswith(b'<s:Envelope'):
            self.say('envelope', 'is not one line from <s:Envelope to its end')
        if b"='" in re.sub(rb'>[^<]*<', b'><', data):
            self.say('envelope', 'has attributes in single quotes')
        if RAW_QUOTE.search(data):
            self.say('escaping', f'raw quotes in {RAW_QUOTE.search(data).group()[:60]!r}')

    def envelope(self, root, status, request):
        """request: the root of the request, or None when it cannot be read."""
        if [child.written for child in root.children] != ['s:Header', 's:Body'] \
                or root.name != (soap.SOAP, 'Envelope'):
            self.say('envelope', 'is not s:Envelope of s:Header and s:Body')
            return
        body = root.children[1]
        first = body.children[0] if body.children else None
        if first is not None and first.name == (soap.IDENTITY, 'IdentifyResponse'):
            self.identify(root, first)
            return
        is_fault = first is not None and first.name == (soap.SOAP, 'Fault')
        if status != (500 if is_fault else 200):
            self.say('http', f'status {status} with {"a" if is_fault else "no"} fault')
        self.headers(root.children[0], request, is_fault and first)
        self.language(root, request)
        if is_fault:
            self.spaces(root, FAULT_KIND)
            self.fault(root, first)
        elif request is not None:
            self.body(root, request)

    def spaces(self, root, expected):
        if root.declared != expected:
            self.say('namespaces', f'{[prefix for prefix, _ in root.declared]}, expected '
                                   f'{[prefix for prefix, _ in expected]}')

    def language(self, root, request):
        asked = request.find((soap.SOAP, 'Header'), (soap.WSMAN, 'Locale')) if request else None
        if root.raw[:1] != ['xml:lang']:
            self.say('envelope', 'xml:lang is not the first attribute')
        elif asked is not None and asked.get(soap.XML, 'lang') != root.get(soap.XML, 'lang'):
            self.say('language', f'{root.get(soap.XML, "lang")}, asked for '
                                 f'{asked.get(soap.XML, "lang")}')

    def headers(self, header, request, fault):
        written = [child.written for child in header.children]
        places = [HEADERS.index(name) for name in written if name in HEADERS]
        if set(written) - set(HEADERS) or places != sorted(set(places)):
            self.say('header-order', ' '.join(written))
        for child in header.children:
            if child.raw:
                self.say('headers', f'{child.written} has attributes: {child.raw}')
        texts = {child.written: child.text for child in header.children}
        asked = request.find((soap.SOAP, 'Header'), (soap.ADDRESSING, 'MessageID')) \
            if request else None
        # Recorded: the quota fault in the form of MSFT_WmiError relates to nothing.
        is_wmi = fault and any(each.local == 'MSFT_WmiError' for each in fault.walk())
        for name in REQUIRED:
            if name not in texts and (name != 'a:RelatesTo' or (asked is not None and not is_wmi)):
                self.say('headers', f'no {name}')
        if asked is not None and texts.get('a:RelatesTo', asked.text) != asked.text:
            self.say('relates-to', f'{texts["a:RelatesTo"]}, the request was {asked.text}')
        if texts.get('a:To') != soap.ANONYMOUS:
            self.say('to', repr(texts.get('a:To')))
        identity = texts.get('a:MessageID', '')
        if not MESSAGE_ID.fullmatch(identity):
            self.say('message-id', f'{identity!r} is not uuid: and an upper-case GUID')
        elif identity in self.ids:
            self.say('message-id', f'{identity} was used before')
        self.ids.add(identity)

    def identify(self, root, answer):
        anonymous = 'SecurityProfiles' not in [child.local for child in answer.children]
        expected = ([] if anonymous else ['xml:lang']) + ['xmlns:s']
        if root.raw != expected or root.children[0].children:
            self.say('identify', f'attributes {root.raw}, expected {expected}, and no headers')
        names = [child.local for child in answer.children]
        if names != ['ProtocolVersion', 'ProductVendor', 'ProductVersion', 'SecurityProfiles'][
                :3 if anonymous else 4] or answer.declared != [('wsmid', soap.IDENTITY)]:
            self.say('identify', f'{names}')
        versions = [child.text for child in answer.children if child.local == 'ProductVersion']
        form = r'OS: (0\.0\.0) SP: 0\.0 Stack: 3\.0' if anonymous else \
            r'OS: ([1-9]\d*\.\d+\.\d+) SP: 0\.0 Stack: 3\.0'
        if not versions or not re.fullmatch(form, versions[0]):
            self.say('identify', f'the version is {versions}')

    def fault(self, root, fault):
        if [child.written for child in fault.children] != ['s:Code', 's:Reason', 's:Detail']:
            self.say('fault', f'{[child.written for child in fault.children]}')
            return
        code, reason, detail = fault.children
        value = code.first(soap.SOAP, 'Value')
        subcode = code.find((soap.SOAP, 'Subcode'), (soap.SOAP, 'Value'))
        if value is None or value.text not in ('s:Sender', 's:Receiver', 's:MustUnderstand',
                                               's:VersionMismatch'):
            self.say('fault', 'the code is none of SOAP')
        prefix = subcode.text.partition(':')[0] if subcode is not None else ''
        action = root.children[0].first(soap.ADDRESSING, 'Action')
        if action is not None and action.text not in FAULT_ACTIONS.get(prefix, ()):
            self.say('fault', f'the action {action.text} of {prefix or value.text}')
        text = reason.first(soap.SOAP, 'Text')
        if text is None or text.get(soap.XML, 'lang') is None or not text.text.endswith(' '):
            self.say('fault', 'the reason has no language, or does not end with a blank as '
                              "Windows' message texts do")
        self.fault_detail(detail)

    def fault_detail(self, detail):
        children = detail.children
        if children and children[0].written == 'w:FaultDetail':
            if not children[0].text.startswith('http://schemas.dmtf.org/wbem/wsman/1/wsman/'
                                               'faultDetail/'):
                self.say('fault', f'the detail {children[0].text!r}')
            children = children[1:]
        if len(children) != 1 or children[0].local not in ('WSManFault', 'MSFT_WmiError'):
            self.say('fault', f'the detail holds {[child.written for child in children]}')
            return
        if children[0].local == 'WSManFault' and (
                children[0].raw != ['xmlns:f', 'Code', 'Machine']
                or not re.fullmatch(r'[1-9]\d*', children[0].get('', 'Code') or '')
                or [child.written for child in children[0].children] != ['f:Message']):
            self.say('fault', 'f:WSManFault has not xmlns:f, Code, Machine and f:Message')

    def body(self, root, request):
        asked = request.find((soap.SOAP, 'Header'), (soap.ADDRESSING, 'Action'))
        uri = request.find((soap.SOAP, 'Header'), (soap.WSMAN, 'ResourceURI'))
        asked, uri = (each.text if each is not None else '' for each in (asked, uri))
        action = root.children[0].first(soap.ADDRESSING, 'Action')
        if action is not None and action.text != asked + 'Response':
            self.say('action', f'{action.text} answers {asked}')
        body = root.children[1]
        kind = ENUMERATION_KIND if asked.startswith(soap.ENUMERATION) else TRANSFER_KIND
        if uri == soap.SHELL + '/cmd':
            kind = SHELL_KINDS.get(asked, kind)
        self.spaces(root, kind)
        if asked == soap.ENUMERATION + '/Enumerate':
            self.enumerate(body, request, uri)
        elif asked == soap.ENUMERATION + '/Pull':
            self.pull(body, request)
        elif asked == soap.ENUMERATION + '/Release':
            self.release(body, request)
        elif asked == soap.TRANSFER + '/Get' and uri.startswith(soap.WMI):
            self.get(body, uri)
        elif asked.startswith(soap.WMI):
            self.invoke(body, asked, uri)

    def get(self, body, uri):
        if len(body.children) != 1:
            self.say('body', f'{len(body.children)} elements, expected one instance')
        elif body.children[0].local == 'XmlFragment':
            self.fragment(body.children[0], None)
        else:
            self.rules.whole(body.children[0])
            if body.children[0].space.lower() != uri.lower():
                self.say('body', f'an instance of {body.children[0].space}, asked for {uri}')

    def wanted(self, request, uri):
        name_space, name = self.rules.split_uri(uri)
        wql = request.find((soap.SOAP, 'Body'), (soap.ENUMERATION, 'Enumerate'),
                           (soap.WSMAN, 'Filter'))
        select = SELECT.match(wql.text) if wql is not None else None
        if not select:
            return Enumeration(name_space, name if name != '*' and wql is None else None, None)
        names = None if select.group(1) == '*' else \
            [each.strip().lower() for each in select.group(1).split(',')]
        return Enumeration(name_space, select.group(2), names)

    def enumerate(self, body, request, uri):
        answer = self.only(body, 'n:EnumerateResponse')
        if answer is None:
            return
        wanted = self.wanted(request, uri)
        expected = ['n:EnumerationContext'] + (['w:Items'] if len(answer.children) > 1 else [])
        ended = answer.children[-1].written == 'w:EndOfSequence'
        if [child.written for child in answer.children] != expected + ['w:EndOfSequence'] * ended:
            self.say('body', f'EnumerateResponse of {[c.written for c in answer.children]}')
            return
        self.context(answer.children[0], wanted, ended)
        if len(answer.children) > 1:
            self.items(answer.children[1], wanted)

    def pull(self, body, request):
        answer = self.only(body, 'n:PullResponse')
        if answer is None:
            return
        names = [child.written for child in answer.children]
        ended = names[-1:] == ['n:EndOfSequence']
        if names != (['n:Items', 'n:EndOfSequence'] if ended
                     else ['n:EnumerationContext', 'n:Items']):
            self.say('body', f'PullResponse of {names}: a context, items, or items and the end')
            return
        wanted = self.take_context(request)
        if not ended:
            self.context(answer.children[0], wanted, False)
        self.items(answer.children[0 if ended else 1], wanted)

    def release(self, body, request):
        self.take_context(request)
        if body.children:
            self.say('body', 'ReleaseResponse has a body')

    def only(self, body, name):
        if [child.written for child in body.children] != [name]:
            self.say('body', f'{[child.written for child in body.children]}, expected {name}')
            return None
        return body.children[0]

    def take_context(self, request):
        """The enumeration that a request names, which may be named once."""
        named = [each.text for each in request.walk()
                 if each.name == (soap.ENUMERATION, 'EnumerationContext')]
        text = named[0].lower() if named else ''
        if self.contexts.get(text) is None:
            self.say('context', f'{text} was {"used" if text in self.contexts else "never given"}')
        wanted, self.contexts[text] = self.contexts.get(text), None
        return wanted

    def context(self, element, wanted, ended):
        """A new one with every reply; empty at the end of an optimised enumeration."""
        if ended:
            if element.text:
                self.say('context', 'one is given although the sequence ends')
            return
        if not MESSAGE_ID.fullmatch(element.text) or element.text.lower() in self.contexts:
            self.say('context', f'{element.text!r} is not uuid: and a new upper-case GUID')
        self.contexts[element.text.lower()] = wanted

    def items(self, items, wanted):
        for item in items.children:
            self.item(item, wanted)

    def item(self, item, wanted):
        if item.name == (soap.WSMAN, 'XmlFragment'):
            self.fragment(item, wanted)
        elif item.name == (soap.ADDRESSING, 'EndpointReference'):
            self.rules.reference(item, '')
        elif item.name == (soap.WSMAN, 'Item'):
            for child in item.children:
                self.item(child, wanted)
        else:
            self.rules.whole(item)
            if wanted and wanted.names is not None:
                self.say('item', f'{item.written} is whole, a projection was asked for')
            if wanted and wanted.name and not self.rules.schema.is_a(
                    wanted.name_space, item.local, wanted.name):
                self.say('item', f'{item.written} is no {wanted.name}')

    def fragment(self, item, wanted):
        """A projection: no namespaces, alphabetical, what was selected."""
        if item.declared != [('xsi', soap.XSI), ('w', soap.WSMAN)] or item.prefix != 'w':
            self.say('item', 'w:XmlFragment does not declare xsi and w in this order')
        if wanted is None or not wanted.name \
                or self.rules.schema.properties(wanted.name_space, wanted.name) is None:
            return
        found = self.rules.properties(item.children, wanted.name_space, wanted.name, '')
        known = self.rules.schema.properties(wanted.name_space, wanted.name)
        scalars = [key for key in wanted.names or [] if key in known and not known[key].is_array]
        lacking = set(scalars) - {name.lower() for name in found}
        surplus = {name.lower() for name in found} - set(wanted.names or [])
        if lacking or surplus:
            self.say('item', f'the projection lacks {sorted(lacking)}, has {sorted(surplus)}')

    def invoke(self, body, action, uri):
        name_space, name = self.rules.split_uri(uri)
        method = self.rules.schema.method(name_space or '', name or '', action.rpartition('/')[2])
        output = body.children[0] if len(body.children) == 1 else None
        if method is None or output is None or output.name != (uri, method.name + '_OUTPUT'):
            self.say('body', f'is not the output of {action}')
            return
        if output.declared != [('xsi', soap.XSI), ('p', uri), ('cim', soap.CIM)]:
            self.say('body', f'{output.written} does not declare xsi, p and cim in this order')
        rows = [each for each in method.parameters if 'out' in each.qualifiers]
        found = list(dict.fromkeys(child.local for child in output.children))
        order = [row.name for row in rows if row.name in found] + ['ReturnValue']
        if found != order:
            self.say('parameters', f'{found}, expected {[row.name for row in rows]} and the value')
        for child in output.children:
            row = next((row for row in rows if row.name == child.local), None)
            if row is None:
                self.return_value(child, method)
                continue
            if row.kind == 'reference' and not child.is_nil \
                    and child.declared != [('a', soap.ADDRESSING), ('w', soap.WSMAN)]:
                self.say('epr', f'{child.written} does not declare a and w in this order')
            self.rules.value(child, row, name_space)

    def return_value(self, child, method):
        declared = Property(method.qualifiers, method.kind, None, 'ReturnValue', False)
        if child.local == 'ReturnValue':
            self.rules.text(child, declared, '')
