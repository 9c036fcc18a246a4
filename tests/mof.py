# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads the MOF of fixtures/ (DSP0221, the part that fixtures/README.md describes).

It shares nothing with the reader in simulator/repository, which it judges."""
import os
import re

TOKEN = re.compile(
    r'(?P<blank>\s+|//[^\n]*|/\*.*?\*/)'
    r'|(?P<text>"(?:[^"\\]|\\.)*")'
    r'|(?P<variable>\$\{[^}]*\})'
    r'|(?P<alias>\$\w+)'
    r'|(?P<number>[-+]?\d[\w.+-]*)'
    r'|(?P<word>#?\w+)'
    r'|(?P<mark>[][{}();:,=])', re.S)
ESCAPES = {'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f'}
RELEASES = ['2012', '2012 R2', '2016', '2019', '2022', '23H2', '2025']


class Alias(str):
    """$name as a value."""


class Variable(str):
    """${key} outside of a string."""


class Member:
    """A property, a method's parameter, or (with parameters) a method."""

    def __init__(self, qualifiers, kind, name, array, reference, parameters=None):
        self.qualifiers, self.type, self.name = qualifiers, kind, name
        self.array, self.reference, self.parameters = array, reference, parameters

    def values(self):
        """ValueMap and Values as a dictionary."""
        return dict(zip(self.qualifiers.get('ValueMap', []), self.qualifiers.get('Values', [])))


class Klass:
    def __init__(self, file, namespace, name, base, qualifiers):
        self.file, self.namespace, self.name = file, namespace, name
        self.base, self.qualifiers, self.properties, self.methods = base, qualifiers, [], []


class Instance:
    def __init__(self, file, line, namespace, name, alias, values):
        self.file, self.line, self.namespace = file, line, namespace
        self.name, self.alias, self.values = name, alias, values


class Reader:
    def __init__(self, file, text):
        self.file, self.tokens, self.at = file, [], 0
        position, line = 0, 1
        while position < len(text):
            found = TOKEN.match(text, position)
            if not found:
                raise SyntaxError('%s:%d: expected MOF, found %r' % (file, line, text[position]))
            if found.lastgroup != 'blank':
                self.tokens.append((found.lastgroup, found.group(), line))
            line += found.group().count('\n')
            position = found.end()
        self.tokens.append(('end', '', line))

    def peek(self):
        return self.tokens[self.at][1]

    def kind(self):
        return self.tokens[self.at][0]

    def line(self):
        return self.tokens[self.at][2]

    def take(self, expected=None):
        kind, text, line = self.tokens[self.at]
        if expected is not None and text != expected:
            raise SyntaxError('%s:%d: expected %s, found %s' % (self.file, line, expected, text))
        self.at += 1
        return text

    def accept(self, text):
        if self.peek() != text or self.kind() == 'text':
            return False
        self.at += 1
        return True

    def literal(self):
        kind = self.kind()
        if kind == 'text':
            text = ''
            while self.kind() == 'text':  # adjacent strings are one
                text += re.sub(r'\\(.)', lambda m: ESCAPES.get(m.group(1), m.group(1)),
                               self.take()[1:-1])
            return text
        token = self.take()
        if kind == 'alias':
            return Alias(token[1:])
        if kind == 'variable':
            return Variable(token[2:-1])
        if kind == 'number':
            return float(token) if '.' in token else int(token, 0)
        words = {'TRUE': True, 'FALSE': False, 'NULL': None}
        if token.upper() not in words:
            raise SyntaxError('%s:%d: expected a value, found %s' % (self.file, self.line(), token))
        return words[token.upper()]

    def list(self, end):
        items = []
        while not self.accept(end):
            items.append(self.literal())
            if self.peek() != end:
                self.take(',')
        return items

    def qualifiers(self):
        found = {}
        if not self.accept('['):
            return found
        while True:
            name = self.take()
            value = True
            if self.accept('('):
                value = self.list(')')
                value = value[0] if len(value) == 1 else value
            elif self.accept('{'):
                value = self.list('}')
            found[name] = value
            if not self.accept(','):
                break
        self.take(']')
        return found

    def member(self, is_parameter=False):
        qualifiers, kind = self.qualifiers(), self.take()
        reference = self.accept('REF')
        name, parameters = self.take(), None
        array = self.accept('[')
        if array:
            self.take(']')
        if not is_parameter and self.accept('('):
            parameters = []
            while not self.accept(')'):
                parameters.append(self.member(True))
                if self.peek() != ')':
                    self.take(',')
        if not is_parameter:
            self.take(';')
        return Member(qualifiers, kind, name, array, reference, parameters)

    def klass(self, namespace):
        qualifiers = self.qualifiers()
        self.take('class')
        name = self.take()
        base = self.take() if self.accept(':') else None
        found = Klass(self.file, namespace, name, base, qualifiers)
        self.take('{')
        while not self.accept('}'):
            member = self.member()
            (found.properties if member.parameters is None else found.methods).append(member)
        self.take(';')
        return found

    def instance(self, namespace):
        line = self.line()
        self.take('instance')
        self.take('of')
        name, alias, values = self.take(), None, {}
        if self.accept('as'):
            alias = self.literal()
        self.take('{')
        while not self.accept('}'):
            key = self.take()
            self.take('=')
            values[key] = self.list('}') if self.accept('{') else self.literal()
            self.take(';')
        self.take(';')
        return Instance(self.file, line, namespace, name, alias, values)

    def instances(self):
        namespace, found = None, []
        while self.kind() != 'end':
            if self.accept('#pragma'):
                self.take('namespace')
                self.take('(')
                namespace = self.literal()
                self.take(')')
            else:
                found.append(self.instance(namespace))
        return found


def read_text(file):
    with open(file, encoding='utf-8') as stream:
        return stream.read()


def list_files(folder, ending):
    """All files below a folder, sorted."""
    found = []
    for base, _, names in os.walk(folder):
        found += [os.path.join(base, name) for name in names if name.endswith(ending)]
    return sorted(found)


def read_schema(folder):
    """Classes by (namespace, name in lower case)."""
    found = {}
    for file in list_files(folder, '.mof'):
        namespace = os.path.dirname(os.path.relpath(file, folder))
        klass = Reader(file, read_text(file)).klass(namespace)
        found[namespace, klass.name.lower()] = klass
    return found


def lineage(schema, klass):
    """The class and its bases, nearest first."""
    while klass is not None:
        yield klass
        klass = None if klass.base is None else schema.get((klass.namespace, klass.base.lower()))


def flatten(schema, klass, what='properties'):
    """Members by lower-case name, inherited ones too; the nearest declaration wins."""
    found = {}
    for one in lineage(schema, klass):
        for member in getattr(one, what):
            found.setdefault(member.name.lower(), (one, member))
    return found


def keys(schema, klass):
    return {member.name for one in lineage(schema, klass) for member in one.properties
            if 'Key' in member.qualifiers}


def is_a(schema, klass, name):
    return any(one.name.lower() == name.lower() for one in lineage(schema, klass))
