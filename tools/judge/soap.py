# SPDX-License-Identifier: LGPL-2.1-or-later
"""XML as it was written: prefixes, order of attributes and of namespace declarations."""
from xml.parsers import expat

SOAP = 'http://www.w3.org/2003/05/soap-envelope'
ADDRESSING = 'http://schemas.xmlsoap.org/ws/2004/08/addressing'
SHELL = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell'
TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer'
EVENTING = 'http://schemas.xmlsoap.org/ws/2004/08/eventing'
ENUMERATION = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration'
WSMAN = 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd'
WSMV = 'http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd'
IDENTITY = 'http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd'
BINDING = 'http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd'
CIM = 'http://schemas.dmtf.org/wbem/wscim/1/common'
XSI = 'http://www.w3.org/2001/XMLSchema-instance'
FAULT = 'http://schemas.microsoft.com/wbem/wsman/1/wsmanfault'
CONFIG = 'http://schemas.microsoft.com/wbem/wsman/1/config'
XML = 'http://www.w3.org/XML/1998/namespace'
ANONYMOUS = ADDRESSING + '/role/anonymous'
WMI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/'
WQL = 'http://schemas.microsoft.com/wbem/wsman/1/WQL'

DEPTH_MAX = 200


class SoapError(Exception):
    """The bytes are no XML."""


class Element:
    """An element, its names resolved; text is what stands directly in it."""

    def __init__(self, name, attributes, parent):
        self.parent = parent
        self.scope = dict(parent.scope) if parent else {'xml': XML, '': ''}
        self.declared = []  # (prefix, URI) in order
        self.raw = []       # names of all attributes in order, as written
        plain = []
        for place in range(0, len(attributes), 2):
            key, value = attributes[place:place + 2]
            self.raw.append(key)
            if key == 'xmlns' or key.startswith('xmlns:'):
                self.declared.append((key[6:], value))
                self.scope[key[6:]] = value
            else:
                plain.append((key, value))
        self.prefix, _, self.local = name.rpartition(':')
        self.space = self.resolve(self.prefix)
        self.attributes = {}
        for key, value in plain:
            prefix, _, local = key.rpartition(':')
            self.attributes[(self.resolve(prefix) if prefix else '', local)] = value
        self.children, self.text = [], ''
        self.line = None

    def resolve(self, prefix):
        if prefix not in self.scope:
            raise SoapError(f'the prefix {prefix} is declared nowhere')
        return self.scope[prefix]

    def resolve_name(self, text):
        """A QName in content -> (URI, local)."""
        prefix, _, local = text.strip().rpartition(':')
        return self.resolve(prefix), local

    name = property(lambda self: (self.space, self.local))
    is_nil = property(lambda self: self.get(XSI, 'nil') == 'true')
    written = property(lambda self: f'{self.prefix}:{self.local}' if self.prefix else self.local)

    def get(self, space, local):
        return self.attributes.get((space, local))

    def all(self, space, local):
        return [child for child in self.children if child.name == (space, local)]

    def first(self, space, local):
        """The child of that name, or None."""
        return next(iter(self.all(space, local)), None)

    def find(self, *names):
        """Goes down by (space, local) pairs; None when one is missing."""
        here = self
        for space, local in names:
            here = here.first(space, local) if here is not None else None
        return here

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


class Document:
    """A parsed envelope: root, and whether there was an XML declaration."""

    def __init__(self, data):
        self.root, self.has_declaration, self.depth = None, False, 0
        self.here = None
        parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.XmlDeclHandler = lambda *_: setattr(self, 'has_declaration', True)
        parser.StartDoctypeDeclHandler = self.refuse
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            raise SoapError(f'no XML: {error}') from None

    def refuse(self, *_):
        raise SoapError('a document type declaration')

    def start(self, name, attributes):
        element = Element(name, attributes, self.here)
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise SoapError(f'deeper than {DEPTH_MAX} elements')
        if self.here is None:
            self.root = element
        else:
            self.here.children.append(element)
        self.here = element

    def end(self, _):
        self.depth -= 1
        self.here = self.here.parent

    def characters(self, text):
        self.here.text += text


def parse(data):
    """The root element; SoapError when there is none."""
    return Document(data).root
