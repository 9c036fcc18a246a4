# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules of instances, values and references on the wire (WS-CIM as Windows speaks it)."""
import re

from judge import mof, soap, values

# Documented otherwise, but recorded of Server 2012, dumped from 2012 R2, and documented for
# Msvm_ComputerSystem.RequestStateChange (the schema has the map of its base class).
NOT_IN_MAP = {('EncryptionLevel', '256'), ('PortType', '53'),
              *(('RequestedState', state) for state in ('7', '8', '9', '10', '11'))}
CONTROL = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f]')


class Rules:
    """Judges elements against the schema; say (RULE, WHAT) takes what is wrong."""

    def __init__(self, schema, say):
        self.schema, self.say = schema, say
        self.releases = set(range(len(mof.RELEASES)))  # what the host can be, by what it has sent

    def split_uri(self, uri):
        """Namespace and class of a WMI resource URI, or (None, None)."""
        if not uri.lower().startswith(soap.WMI):
            return None, None
        name_space, _, name = uri[len(soap.WMI):].rpartition('/')
        return name_space, name

    def value(self, element, declared, name_space, cim=soap.CIM):
        """One element of a property or parameter; cim '' in fragments, which have no namespaces."""
        where = element.local
        if element.is_nil:
            if element.children or element.text:
                self.say('nil', f'{where} is nil and has content')
            if declared.is_array:
                self.say('null-array', f'{where} is an array: null is its absence')
        elif declared.kind == 'datetime':
            self.date(element, declared, cim)
        elif declared.kind == 'reference':
            self.reference(element, name_space, declared)
        elif declared.is_object:
            self.embedded_object(element, declared, name_space)
        elif element.children:
            self.say('value', f'{where} is {declared.kind} and has child elements')
        else:
            self.text(element, declared, name_space)

    def text(self, element, declared, name_space):
        fault = values.fault_of(declared.kind, element.text)
        if fault:
            self.say('value', f'{element.local}: {fault}')
        elif declared.kind == 'string' and CONTROL.search(element.text):
            self.say('value', f'{element.local} has control characters')
        if declared.embedded and element.text:
            self.cim_xml(element, declared, name_space)
        self.value_map(element.text, declared)

    def value_map(self, text, declared):
        rows = declared.qualifiers.get('valuemap')
        if not isinstance(rows, list) or declared.kind not in values.INTEGERS \
                or values.fault_of(declared.kind, text) or (declared.name, text) in NOT_IN_MAP:
            return
        if text == '0' and '0' not in rows:  # of a property that is not set
            return
        labels = declared.qualifiers.get('values') or [''] * len(rows)
        for row, label in zip(rows, labels):
            low, dots, high = row.partition('..')
            if 'reserved' not in label.lower() and (row == text or row == '..' or (
                    dots and (not low or int(low) <= int(text))
                    and (not high or int(text) <= int(high)))):
                return
        self.say('value-map', f'{declared.name} is {text}, which its ValueMap has not')

    def date(self, element, declared, cim):
        child = element.children[0] if len(element.children) == 1 else None
        if child is None or child.space != cim or child.local not in ('Datetime', 'Interval'):
            self.say('datetime', f'{element.local} is not one Datetime or Interval of WS-CIM')
            return
        fault = {'Datetime': values.datetime_fault,
                 'Interval': values.interval_fault}[child.local](child.text)
        if fault:
            self.say('datetime', f'{element.local}: {fault}')
        elif declared.is_interval and child.local != 'Interval':
            self.say('datetime', f'{element.local} is an interval, found a date')

    def embedded_object(self, element, declared, name_space):
        kind = element.resolve_name(element.get(soap.XSI, 'type') or 'xsi:nil')
        match = re.fullmatch(re.escape(soap.WMI) + r'(.+)/([^/]+)', kind[0])
        if not match or kind[1] != match.group(2) + '_Type':
            self.say('object', f'{element.local} has no xsi:type of a class')
            return
        if not self.schema.is_a(name_space, match.group(2), declared.embedded or ''):
            self.say('object', f'{element.local} is {match.group(2)}, no {declared.embedded}')
        self.properties(element.children, match.group(1), match.group(2), kind[0])

    def cim_xml(self, element, declared, name_space):
        """An instance as the text of CIM-XML."""
        try:
            root = soap.parse(element.text)
        except soap.SoapError as error:
            self.say('cim-xml', f'{element.local}: {error}')
            return
        name = root.get('', 'CLASSNAME') or ''
        if root.name != ('', 'INSTANCE'):
            self.say('cim-xml', f'{element.local} holds {root.written}, not INSTANCE')
        elif not self.schema.is_a(name_space, name, declared.embedded):
            self.say('cim-xml', f'{element.local} holds {name!r}, no {declared.embedded}')
        else:
            self.cim_xml_properties(root, name_space, name)

    def cim_xml_properties(self, root, name_space, name):
        known = self.schema.properties(name_space, name)
        for child in root.children:
            declared = known.get((child.get('', 'NAME') or '').lower())
            if declared is None:
                self.say('cim-xml', f'{name} has no {child.get("", "NAME")}')
                continue
            form = 'PROPERTY' + {True: '.ARRAY', False: ''}[declared.is_array]
            form = 'PROPERTY.REFERENCE' if declared.kind == 'reference' else form
            kind = child.get('', 'TYPE')
            if child.written != form or (kind != declared.kind and form != 'PROPERTY.REFERENCE'):
                self.say('cim-xml', f'{name}.{declared.name} is {child.written} of {kind}, '
                                    f'expected {form} of {declared.kind}')
                continue
            for leaf in child.walk():
                if leaf.written == 'VALUE':
                    self.cim_xml_value(leaf.text, declared)

    def cim_xml_value(self, text, declared):
        if declared.kind == 'boolean':
            text = {'TRUE': 'true', 'FALSE': 'false'}.get(text, text + ' of CIM-XML')
        fault = values.fault_of(declared.kind, text)
        if fault:
            self.say('cim-xml', f'{declared.name}: {fault}')
        self.value_map(text, declared)

    def reference(self, element, name_space, declared=None):
        """The content of an endpoint reference: address, resource, keys in alphabetical order."""
        where = element.local
        names = [child.name for child in element.children]
        if names != [(soap.ADDRESSING, 'Address'), (soap.ADDRESSING, 'ReferenceParameters')]:
            self.say('epr', f'{where} is not a:Address, a:ReferenceParameters')
            return
        if element.children[0].text != soap.ANONYMOUS:
            self.say('epr', f'{where}: the address is {element.children[0].text}')
        inner = element.children[1].children
        if [child.name for child in inner][:1] != [(soap.WSMAN, 'ResourceURI')] or \
                [child.name for child in inner][1:] not in ([], [(soap.WSMAN, 'SelectorSet')]):
            self.say('epr', f'{where} is not w:ResourceURI, w:SelectorSet')
            return
        space, name = self.split_uri(inner[0].text)
        if not name or self.schema.declaration(space, name) is None:
            self.say('epr', f'{where} is of the unknown {inner[0].text}')
            return
        if declared and declared.reference and \
                self.schema.declaration(name_space, declared.reference) and \
                not self.schema.is_a(space, name, declared.reference):
            self.say('epr', f'{where} is {name}, no {declared.reference}')
        self.selectors(inner[1] if len(inner) > 1 else None, space, name, where)

    def selectors(self, selector_set, name_space, name, where, ordered=True):
        """Exactly the keys of the class, each once."""
        children = selector_set.children if selector_set is not None else []
        found = [child.get('', 'Name') or '' for child in children]
        keys = {key.name.lower(): key for key in self.schema.keys(name_space, name)}
        if any(child.name != (soap.WSMAN, 'Selector') for child in children):
            self.say('selectors', f'{where}: a SelectorSet has w:Selector only')
        if sorted(key.lower() for key in found) != sorted(keys):
            self.say('selectors', f'{where}: {name} has the keys {sorted(keys)}, found {found}')
            return
        if ordered and found != sorted(found, key=str.lower):
            self.say('selectors', f'{where}: {found} is not alphabetical')
        for child in children:
            key = keys[child.get('', 'Name').lower()]
            if key.kind == 'reference':
                self.epr_selector(child, name_space, key)
            elif values.fault_of(key.kind, child.text):
                self.say('selectors', f'{where}: {values.fault_of(key.kind, child.text)}')

    def epr_selector(self, child, name_space, key):
        if [each.name for each in child.children] != [(soap.ADDRESSING, 'EndpointReference')]:
            self.say('selectors', f'{key.name} is a reference and not one a:EndpointReference')
            return
        self.reference(child.children[0], name_space, key)

    def properties(self, children, name_space, name, uri):
        """Properties in alphabetical order, each known and of its type; returns their names."""
        known = self.schema.properties(name_space, name)
        found = []
        for child in children:
            declared = known.get(child.local.lower())
            if child.space != uri or declared is None:
                self.say('property', f'{name} has no {child.written}')
                continue
            if child.local != declared.name:
                self.say('property', f'{name}.{declared.name} is spelt {child.local}')
            if found[-1:] == [child.local] and not declared.is_array:
                self.say('property', f'{name}.{child.local} comes twice and is no array')
            found.append(child.local)
            self.value(child, declared, name_space, soap.CIM if uri else '')
        if found != sorted(found, key=str.lower):
            self.say('order', f'properties of {name} are not alphabetical')
        return found

    def whole(self, item):
        """An instance as <p:Class>: all that the class has."""
        uri, name = item.name
        name_space, uri_name = self.split_uri(uri)
        if name != uri_name or self.schema.declaration(name_space or '', name or '') is None:
            self.say('item', f'{item.written} is of the unknown {uri}')
            return
        spaces = [('xsi', soap.XSI), ('p', uri), ('cim', soap.CIM)]
        if item.declared != spaces or item.prefix != 'p':
            self.say('item', f'{item.written} does not declare xsi, p and cim in this order')
        if item.raw[-1] != 'xsi:type' or item.get(soap.XSI, 'type') != f'p:{name}_Type':
            self.say('item', f'{item.written} has no xsi:type="p:{name}_Type" at its end')
        for child in item.children:
            if child.prefix != 'p' or child.get(soap.XSI, 'type'):
                self.say('item', f'{child.written} of {name} has another prefix or an xsi:type')
        found = self.properties(item.children, name_space, name, uri)
        self.complete(name_space, name, {each.lower() for each in found})

    def complete(self, name_space, name, found):
        """Every scalar that the class has in one of the releases, and no other."""
        scalars = {key: each for key, each in self.schema.properties(name_space, name).items()
                   if not each.is_array}
        sets = {release: {key for key, each in scalars.items() if each.since <= release}
                for release in self.releases}
        fit = {release for release in sets if sets[release] == found & set(scalars)}
        if fit:
            self.releases = fit
            return
        best = min(sets, key=lambda release: len(sets[release] ^ (found & set(scalars))))
        surplus = found & set(scalars) - sets[best]
        self.say('complete', f'{name} lacks {sorted(sets[best] - found)} of '
                             f'{mof.RELEASES[best]} and has {sorted(surplus)}')
