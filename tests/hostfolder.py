# SPDX-License-Identifier: LGPL-2.1-or-later
"""A simulated host as its folder describes it, read without any code of the simulator."""
import os
import re

import mof

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIXTURES = os.path.join(ROOT, 'fixtures')
HOSTS = os.path.join(FIXTURES, 'hosts')
SHIPPED = ['2012r2', '2016', '2019', '2019-de', '2019-empty', '2022', '2025']
V2, CIMV2, STANDARD = 'root/virtualization/v2', 'root/cimv2', 'root/StandardCimv2'
SCHEMA = mof.read_schema(os.path.join(FIXTURES, 'schema'))


class Host:
    """Settings of host.ini, and the instances that the release has."""

    def __init__(self, name):
        self.name, self.settings = name, {}
        group = None
        for line in mof.read_text(os.path.join(HOSTS, name, 'host.ini')).splitlines():
            if line.startswith('['):
                group = line.strip('[]')
            elif '=' in line and not line.startswith('#'):
                self.settings[(group, *line.split('=', 1)[:1])] = line.split('=', 1)[1]
        self.rank = mof.RELEASES.index(self.settings['host', 'schema'])
        bases = [one for one in self.settings['host', 'model'].split(';') if one] + ['.']
        files = [file for base in bases for file in
                 mof.list_files(os.path.join(HOSTS, name, base, 'instances'), '.mof')]
        self.instances = [one for file in files
                          for one in mof.Reader(file, mof.read_text(file)).instances()]
        self.instances = [one for one in self.instances if self.has(one)]
        self.aliases = {one.alias: one for one in self.instances if one.alias}
        self.drop_dangling()
        self.paths = {self.path(one): one for one in self.instances}

    def has(self, instance):
        klass = SCHEMA[instance.namespace, instance.name.lower()]
        return all(mof.RELEASES.index(one.qualifiers.get('Since', '2012')) <= self.rank
                   for one in mof.lineage(SCHEMA, klass))

    def drop_dangling(self):
        """An association with something that the release does not have is not there either."""
        self.instances = [one for one in self.instances
                          if all(value in self.aliases for value in one.values.values()
                                 if isinstance(value, mof.Alias))]

    def expand(self, text):
        return re.sub(r'(?<!\$)\$\{([^}]*)\}', lambda m: self.settings['values', m.group(1)], text)

    def key(self, value):
        if isinstance(value, mof.Alias):
            return self.path(self.aliases[value])
        return self.expand(str(value)).lower()

    def path(self, instance):
        klass = SCHEMA[instance.namespace, instance.name.lower()]
        names = sorted(mof.keys(SCHEMA, klass), key=str.lower)
        return (instance.namespace, klass.name.lower(),
                *((name.lower(), self.key(instance.values[name])) for name in names))

    def find(self, text):
        """The instance that a path in a string names, or None."""
        found = re.fullmatch(r'\\\\([^\\]+)\\(.+?):(\w+)\.(.*)', self.expand(text))
        if not found or found.group(1).lower() != self.settings['values', 'computer_name'].lower():
            return None
        keys = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', found.group(4))
        return self.paths.get((found.group(2).replace('\\', '/'), found.group(3).lower(), *sorted(
            (name.lower(), re.sub(r'\\(.)', r'\1', value).lower()) for name, value in keys)))

    def all(self, name, namespace=V2):
        return [one for one in self.instances if one.namespace == namespace
                and mof.is_a(SCHEMA, SCHEMA[namespace, one.name.lower()], name)]
