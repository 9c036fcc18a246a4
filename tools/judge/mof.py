# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small reader of the class declarations under fixtures/schema (format: fixtures/README.md)."""
import re
from pathlib import Path

RELEASES = ('2012', '2012 R2', '2016', '2019', '2022', '23H2', '2025')
DEPTH_MAX = 64  # superclasses of a class

TOKEN = re.compile(r'''
    (?P<skip>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<string>"(?:\\.|[^"\\])*")
  | (?P<word>[$\w.\-+]+)
  | (?P<mark>[\[\](){};:,=])
''', re.VERBOSE | re.DOTALL)
ESCAPES = {'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f'}


class MofError(Exception):
    """The text is not what fixtures/README.md says."""


def unquote(text):
    return re.sub(r'\\(.)', lambda match: ESCAPES.get(match.group(1), match.group(1)), text[1:-1],
                  flags=re.DOTALL)


def tokens_of(text, name):
    tokens, place = [], 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if not match:
            line = text.count('\n', 0, place) + 1
            raise MofError(f'{name}:{line}: {text[place]!r} begins no token')
        place = match.end()
        if match.lastgroup != 'skip':
            tokens.append(match.group())
    return tokens


class Property:
    """A property, or a parameter of a method."""

    def __init__(self, qualifiers, kind, reference, name, is_array):
        self.qualifiers, self.kind, self.reference = qualifiers, kind, reference
        self.name, self.is_array = name, is_array

    is_key = property(lambda self: 'key' in self.qualifiers)
    since = property(lambda self: rank(self.qualifiers.get('since')))
    is_interval = property(lambda self: self.qualifiers.get('subtype') == 'interval')
    is_object = property(lambda self: str(self.qualifiers.get('cimtype', '')).startswith('object:'))
    embedded = property(lambda self: self.qualifiers.get('embeddedinstance'))


class Method:
    """A method: its return type and its parameters in the order of the declaration."""

    def __init__(self, qualifiers, kind, name, parameters):
        self.qualifiers, self.kind, self.name = qualifiers, kind, name
        self.parameters = parameters


class Declaration:
    """One class as its file has it."""

    def __init__(self, qualifiers, name, parent):
        self.qualifiers, self.name, self.parent = qualifiers, name, parent
        self.properties, self.methods = [], []


def rank(release):
    return RELEASES.index(release) if release else 0


class Reader:
    """Reads one declaration; every step takes a token or fails."""

    def __init__(self, text, name):
        self.tokens, self.place, self.name = tokens_of(text, name), 0, name

    def peek(self):
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, expected=None):
        token = self.peek()
        if token is None or (expected is not None and token.lower() != expected):
            raise MofError(f'{self.name}: expected {expected or "more"}, found {token!r}')
        self.place += 1
        return token

    def skip(self, token):
        if self.peek() == token:
            self.place += 1
            return True
        return False

    def value(self):
        """A scalar or the list of a {...}."""
        if self.skip('{'):
            values = []
            while not self.skip('}'):
                values.append(self.value())
                self.skip(',')
            return values
        token = self.take()
        if not token.startswith('"'):
            return token
        text = unquote(token)
        while (self.peek() or '').startswith('"'):
            text += unquote(self.take())
        return text

    def qualifiers(self):
        found = {}
        if not self.skip('['):
            return found
        while not self.skip(']'):
            name = self.take().lower()
            found[name] = True
            if self.skip('('):
                found[name] = self.value()
                self.take(')')
            elif self.peek() == '{':
                found[name] = self.value()
            self.skip(',')
        return found

    def typed_name(self):
        """TYPE NAME [] or CLASS REF NAME: (type, class, name, is it an array)."""
        kind, reference = self.take(), None
        if (self.peek() or '').lower() == 'ref':
            self.take()
            kind, reference = 'reference', kind
        name = self.take()
        is_array = self.skip('[')
        if is_array:
            while not self.skip(']'):
                self.take()
        return kind.lower(), reference, name, is_array

    def parameters(self):
        found = []
        while not self.skip(')'):
            qualifiers = self.qualifiers()
            kind, reference, name, is_array = self.typed_name()
            found.append(Property(qualifiers, kind, reference, name, is_array))
            self.skip(',')
        return found

    def declaration(self):
        qualifiers = self.qualifiers()
        self.take('class')
        name = self.take()
        found = Declaration(qualifiers, name, self.take() if self.skip(':') else None)
        self.take('{')
        while not self.skip('}'):
            qualifiers = self.qualifiers()
            kind, reference, name, is_array = self.typed_name()
            if self.skip('('):
                found.methods.append(Method(qualifiers, kind, name, self.parameters()))
            else:
                if self.skip('='):
                    self.value()
                found.properties.append(Property(qualifiers, kind, reference, name, is_array))
            self.take(';')
        return found


class Schema:
    """The classes of fixtures/schema, read when they are asked for."""

    def __init__(self, folder):
        self.files = {}
        self.declarations = {}
        for path in Path(folder).glob('**/*.mof'):
            name_space = path.parent.relative_to(folder).as_posix()
            self.files[(name_space.lower(), path.stem.lower())] = path

    def declaration(self, name_space, name):
        """The class, or None."""
        key = (name_space.lower(), name.lower())
        if key not in self.files:
            return None
        if key not in self.declarations:
            path = self.files[key]
            self.declarations[key] = Reader(path.read_text(encoding='ascii'), path).declaration()
        return self.declarations[key]

    def lineage(self, name_space, name):
        """The class and what it inherits from, oldest first; [] when there is no such class."""
        found = []
        while name and len(found) < DEPTH_MAX:
            declaration = self.declaration(name_space, name)
            if declaration is None:
                break
            found.insert(0, declaration)
            name = declaration.parent
        return found

    def properties(self, name_space, name):
        """All properties, inherited ones too: lower-case name -> Property, or None. A property that
        is declared again keeps what it was (key, Since) and takes what is new."""
        found = {}
        for declaration in self.lineage(name_space, name):
            since = declaration.qualifiers.get('since')
            for each in declaration.properties:
                old = found.get(each.name.lower())
                merged = {**({'since': since} if since else {}), **(old.qualifiers if old else {}),
                          **each.qualifiers}
                found[each.name.lower()] = Property(merged, each.kind, each.reference, each.name,
                                                    each.is_array)
        return found if self.declaration(name_space, name) else None

    def keys(self, name_space, name):
        return [each for each in (self.properties(name_space, name) or {}).values() if each.is_key]

    def method(self, name_space, name, method):
        for declaration in reversed(self.lineage(name_space, name)):
            for each in declaration.methods:
                if each.name.lower() == method.lower():
                    return each
        return None

    def is_a(self, name_space, name, ancestor):
        return any(each.name.lower() == ancestor.lower()
                   for each in self.lineage(name_space, name))
