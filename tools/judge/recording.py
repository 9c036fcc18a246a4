# SPDX-License-Identifier: LGPL-2.1-or-later
"""Recorded replies, and the host that would give them: instances from the wire written as MOF."""
import re

from judge import soap, values

# A class of a fragment, which has no name: these properties name it.
NAMES = ('CreationClassName', '__CLASS')


class Unknown(Exception):
    """What the recording has and the schema has not; its text says what."""


class NotAsked(Exception):
    """Why a reply cannot be asked for again."""


class Item:
    """An instance of a reply: an element, its class, whole or a projection."""

    def __init__(self, element, name_space, name, whole):
        self.element, self.name_space, self.name, self.whole = element, name_space, name, whole


class Recording:
    """One file: what kind of reply it is, and the instances in it."""

    def __init__(self, path, schema):
        self.path, self.schema = path, schema
        self.root = soap.parse(path.read_bytes())
        body = self.root.first(soap.SOAP, 'Body')
        if self.root.name != (soap.SOAP, 'Envelope') or body is None:
            raise soap.SoapError('is no SOAP envelope')
        self.answer = body.children[0] if body.children else None
        self.language = self.root.get(soap.XML, 'lang')
        self.items = [self.item(child) for child in self.elements()]
        self.kind = self.kind_of()

    def kind_of(self):
        local = self.answer.local if self.answer is not None else ''
        action = self.root.find((soap.SOAP, 'Header'), (soap.ADDRESSING, 'Action'))
        if local in ('EnumerateResponse', 'PullResponse', 'IdentifyResponse', 'Fault'):
            return local
        if local.endswith('_OUTPUT'):
            return 'Invoke'
        if action is None or not action.text.endswith('Response'):
            return 'request'
        return 'Get' if self.items else 'Config' if local == 'Config' else 'other'

    def elements(self):
        if self.answer is None:
            return []
        for space in (soap.ENUMERATION, soap.WSMAN):
            items = self.answer.first(space, 'Items')
            if items is not None:
                return items.children
        return [self.answer] if self.answer.space.startswith(soap.WMI) and \
            self.answer.get(soap.XSI, 'type') else []

    def item(self, element):
        if element.name != (soap.WSMAN, 'XmlFragment'):
            name_space, _, name = element.space[len(soap.WMI):].rpartition('/')
            return Item(element, name_space, name, True)
        named = [child.text for child in element.children if child.local in NAMES]
        stem = self.path.stem.lower()
        known = sorted(((space, name) for space, name in self.schema.files if name in stem),
                       key=lambda each: -len(each[1]))
        for space, name in [each for each in self.schema.files
                            if each[1] in [text.lower() for text in named]] + known:
            return Item(element, space, self.schema.declaration(space, name).name, False)
        raise NotAsked('a projection says nowhere of which class it is')

    ended = property(lambda self: any(child.local == 'EndOfSequence'
                                      for child in self.answer.children))


def path_text(element, name_space):
    """An object path, from the content of an endpoint reference."""
    uri = element.find((soap.ADDRESSING, 'ReferenceParameters'), (soap.WSMAN, 'ResourceURI'))
    chosen = element.find((soap.ADDRESSING, 'ReferenceParameters'), (soap.WSMAN, 'SelectorSet'))
    space, _, name = uri.text[len(soap.WMI):].rpartition('/')
    keys = ','.join('{}="{}"'.format(child.get('', 'Name'),
                                     child.text.replace('\\', '\\\\').replace('"', '\\"'))
                    for child in chosen.children)
    return ('' if space == name_space else f'{space}:') + f'{name}.{keys}'


def value_text(element, declared, name_space):
    """One value as MOF has it."""
    if element.is_nil:
        return 'NULL'
    if declared.kind == 'datetime':
        child = element.children[0]
        return values.mof_string({'Datetime': values.to_dmtf_date,
                                  'Interval': values.to_dmtf_interval}[child.local](child.text))
    if declared.kind == 'reference':
        return values.mof_string(path_text(element, name_space))
    if element.children:
        raise Unknown(f'{declared.name} holds an instance as elements')
    if declared.kind in ('string', 'char16'):
        return values.mof_string(element.text)
    fault = values.fault_of(declared.kind, element.text)
    if fault:
        raise Unknown(f'{declared.name}: {fault}')
    return element.text.upper() if declared.kind == 'boolean' else element.text


def to_mof(item, schema, change=None):
    """`instance of` an item; change: key -> MOF text that takes the place of its value."""
    known = schema.properties(item.name_space, item.name) if item.name else None
    if known is None:
        raise Unknown(f'the schema has no {item.name} in {item.name_space}')
    found = {}
    for child in item.element.children:
        declared = known.get(child.local.lower())
        if declared is None:
            raise Unknown(f'the schema has no {item.name}.{child.local}')
        found.setdefault(declared.name, []).append(value_text(child, declared, item.name_space))
    found.update({name: [text] for name, text in (change or {}).items()})
    lines = [f'#pragma namespace ("{item.name_space}")', f'instance of {item.name}', '{']
    for name, texts in found.items():
        text = '{' + ', '.join(texts) + '}' if known[name.lower()].is_array else texts[0]
        lines.append(f'  {name} = {text};')
    return '\n'.join(lines + ['};', ''])


def filler(item, schema):
    """The same instance with another key: so that something follows it."""
    keys = [key for key in schema.keys(item.name_space, item.name)
            if key.name not in ('CreationClassName', 'SystemCreationClassName')]
    if not keys or keys[-1].kind == 'reference':
        return ''
    key = keys[-1]
    other = '"FFFFFFFF-0000-4000-8000-FFFFFFFFFFFF"' if key.kind == 'string' else '1'
    return to_mof(item, schema, {key.name: other})


def selectors(item, schema):
    """(name, content) of the keys, as a request has them."""
    found = {child.local: child.text for child in item.element.children}
    return [(key.name, re.sub('[&<>]', lambda m: f'&#{ord(m.group())};', found[key.name]))
            for key in schema.keys(item.name_space, item.name) if key.name in found]
