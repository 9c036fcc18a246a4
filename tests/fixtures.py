# SPDX-License-Identifier: LGPL-2.1-or-later
"""The fixtures hold together and say what the facts say; hosts.py asks the hosts."""
import hashlib
import json
import os
import re

import mof
import tap
from hostfolder import CIMV2, FIXTURES, ROOT, SCHEMA, SHIPPED, V2, Host

FACTS = os.path.join(ROOT, '..', 'shared', 'facts', 'schema')
TYPES = {'boolean', 'uint8', 'sint8', 'uint16', 'sint16', 'uint32', 'sint32', 'uint64', 'sint64',
         'real32', 'real64', 'char16', 'string', 'datetime'}
GRADES = {'recorded', 'dumped', 'documented', 'derived'}
VMS = {'web01': ('DA544605-7DB3-4A68-8931-78277B4AAC9D', 2, 4212),
       'db01': ('2DAB8A9E-06EA-4368-B572-27D53E275BD8', 3, None),
       'build-agent': ('561A65AA-CA83-4D5A-B4AC-DFA86CFC9283', 6, None),
       'win10-lab': ('F2BBE163-2656-40B4-AD79-AB8103EA17C5', 9, 6036),
       'test vm with spaces': ('3B2E7242-8C6C-4F7D-8404-469CAB879FE4', 3, None),
       'app02': ('D9C93D12-3B7E-4BB9-90F3-494D5D7EF338', 2, 5128)}
# Properties by release, 2012 R2 to 2025: fixtures/README.md has the same table.
COUNTS = {'Msvm_ComputerSystem': (45, 45, 46, 46, 46, 48),
          'Msvm_VirtualSystemSettingData': (45, 52, 62, 66, 81, 87),
          'Msvm_ProcessorSettingData': (27, 28, 36, 42, 56, 61),
          'Msvm_MemorySettingData': (28, 28, 33, 33, 35, 42),
          'Msvm_SyntheticEthernetPortSettingData': (28, 30, 33, 33, 34, 34)}


def fail_on(problems):
    problems = list(problems)
    assert not problems, '\n'.join(problems[:20]) + f'\n{len(problems)} in all'


def mof_files():
    return mof.list_files(FIXTURES, '.mof')


def text_is_plain():
    """MOF is ASCII, of at most 100 columns, and says its licence first"""
    def problems():
        for file in mof_files():
            with open(file, 'rb') as stream:
                data = stream.read()
            lines = data.split(b'\n')
            if not data.isascii() or b'\r' in data or b'\t' in data:
                yield f'{file}: expected ASCII with LF and no tabs'
            if lines[0] != b'// SPDX-License-Identifier: LGPL-2.1-or-later' or lines[-1] != b'':
                yield f'{file}: expected the licence first and a line feed last'
            yield from (f'{file}:{number}: {len(line)} columns' for number, line
                        in enumerate(lines, 1) if len(line) > 100)
    fail_on(problems())


def sources_are_complete():
    """Every file has a row of SOURCES.tsv, with its digest"""
    def digest(path):
        if os.path.isfile(path):
            with open(path, 'rb') as stream:
                return hashlib.sha256(stream.read()).hexdigest()
        names = sorted(os.path.relpath(file, path) for file in mof.list_files(path, ''))
        return hashlib.sha256(''.join(f'{digest(os.path.join(path, name))}  ./{name}\n'
                                      for name in names).encode()).hexdigest()

    def problems():
        rows = [line.split('\t') for line in
                mof.read_text(os.path.join(FIXTURES, 'SOURCES.tsv')).splitlines()[1:]]
        for name, grade, source, licence, expected in rows:
            if grade not in GRADES or not source or not licence:
                yield f'{name}: grade, source or licence'
            if digest(os.path.join(FIXTURES, name)) != expected:
                yield f'{name}: the digest is stale: run tools/provenance --digest'
        known = tuple(row[0] for row in rows) + ('README.md', 'SOURCES.tsv')
        for file in mof.list_files(FIXTURES, ''):
            name = os.path.relpath(file, FIXTURES)
            if name not in known and not name.startswith(tuple(one + '/' for one in known)):
                yield f'{name}: no row'
    fail_on(problems())


# ---- the schema ----

def check_member(klass, member, is_property=True):
    where = f'{klass.file}: {member.name}'
    wanted = [member.qualifiers[name] for name in ('EmbeddedInstance',)
              if name in member.qualifiers]
    wanted += [member.type] if member.reference else []
    for name in wanted:
        if (klass.namespace, name.lower()) not in SCHEMA:
            yield f'{where}: there is no class {name}'
    if member.parameters is None and not member.reference and member.type not in TYPES:
        yield f'{where}: there is no type {member.type}'
    maps = [member.qualifiers.get(name) for name in ('ValueMap', 'Values')]
    if ((maps[0] is None) != (maps[1] is None)
            or maps[0] is not None and len(maps[0]) != len(maps[1])):
        yield f'{where}: ValueMap and Values are not equally long'
    since = member.qualifiers.get('Since')
    if since is not None and since not in mof.RELEASES:
        yield f'{where}: there is no release {since}'
    if since is not None and 'Basis' not in member.qualifiers:
        yield f'{where}: Since without Basis'
    if member.qualifiers.get('Basis', 'derived') not in GRADES:
        yield f'{where}: there is no grade {member.qualifiers["Basis"]}'
    if is_property and 'Override' in member.qualifiers:
        base = SCHEMA.get((klass.namespace, (klass.base or '').lower()))
        if base is None or member.name.lower() not in mof.flatten(SCHEMA, base):
            yield f'{where}: Override of nothing'


def schema_is_consistent():
    """Superclasses, references, embedded classes and value maps of the schema lead somewhere"""
    def problems():
        for (namespace, _), klass in SCHEMA.items():
            if os.path.basename(klass.file) != klass.name + '.mof':
                yield f'{klass.file}: the class is {klass.name}'
            if klass.base is not None and (namespace, klass.base.lower()) not in SCHEMA:
                yield f'{klass.file}: there is no class {klass.base}'
            if klass.qualifiers.get('Basis') not in GRADES:
                yield f'{klass.file}: no Basis'
            for member in klass.properties + klass.methods:
                yield from check_member(klass, member)
            for method in klass.methods:
                for parameter in method.parameters:
                    yield from check_member(klass, parameter, False)
                    if not {'In', 'Out'} & set(parameter.qualifiers):
                        yield f'{klass.file}: {method.name}: {parameter.name} goes nowhere'
            names = [one.name.lower() for one in klass.properties]
            if len(set(names)) != len(names):
                yield f'{klass.file}: a property twice'
    fail_on(problems())


def visible(klass, release):
    """Names of the properties that a release shows."""
    rank = mof.RELEASES.index(release)
    return {name for name, (_, member) in mof.flatten(SCHEMA, klass).items()
            if mof.RELEASES.index(member.qualifiers.get('Since', '2012')) <= rank}


def counts_are_known():
    """Five classes have as many properties in each release as fixtures/README.md says"""
    for name, counts in COUNTS.items():
        klass = SCHEMA[V2, name.lower()]
        found = tuple(len(visible(klass, release)) for release in mof.RELEASES[1:])
        assert found == counts, (name, found)


# What the MOF says otherwise than the facts, each with its reason in fixtures/README.md.
NO_BASE = {'CIM_Indication', 'Win32_SecurityDescriptor', 'Win32_Trustee', 'Win32_ACE'}
# Documented for less than dumps show: Msvm_SecuritySettingData is seen to belong to settings, too.
JOINS_MORE = {('Msvm_SettingsDefineState', 'ManagedElement'),
              ('Msvm_SettingsDefineState', 'SettingData'),
              ('Msvm_VirtualSystemSettingDataComponent', 'PartComponent')}
OTHER_SINCE = {('Msvm_MemorySettingData', name): '2019'
               for name in ('HugePagesEnabled', 'SgxEnabled', 'SgxSize')}
# The facts say it of the same properties where Msvm_SummaryInformation inherits them.
OTHER_SINCE.update({('Msvm_SummaryInformationBase', name): release for name, release in (
    ('EnhancedSessionModeState', '2012 R2'), ('VirtualSwitchNames', '2012 R2'),
    ('VirtualSystemSubType', '2012 R2'), ('HostComputerSystemName', '2016'), ('Version', '2016'))})


# The page of this method has the map of a job's; DMTF's is the one that the other namespace has.
A_JOBS = ('CIM_EnabledLogicalElement', 'RequestStateChange', 'RequestedState')


def read_facts():
    for name in sorted(os.listdir(FACTS)):
        if re.match(r'\d\d_', name):
            yield from json.loads(mof.read_text(os.path.join(FACTS, name)))


def fact_type(fact):
    return {'ref': 'ref', 'instance': 'instance'}.get(fact['type'], fact['type'])


def mof_type(member):
    if member.reference:
        return 'ref'
    return 'instance' if 'CIMTYPE' in member.qualifiers else member.type


def fact_values(values, is_text):
    """A value without a name has the empty one, or, as a text, speaks for itself."""
    return {key: name if name is not None else key if is_text else ''
            for key, name in (values or {}).items()}


def clean(values):
    """Names without the quotes and signs that MOF would need to escape."""
    return {key: re.sub(r'\s+', ' ', re.sub(r'[^ -~]|["\\_]', ' ', name)).strip()
            for key, name in values.items()}


def compare_property(name, member, fact):
    where = f'{name}.{member.name}'
    if (mof_type(member), bool(member.array)) != (fact_type(fact), bool(fact.get('array'))):
        yield f'{where}: type {member.type}, expected {fact["type"]}'
    wanted = fact.get('instance_class') or fact.get('embedded_class')
    if member.qualifiers.get('EmbeddedInstance') != wanted:
        yield f'{where}: embedded {member.qualifiers.get("EmbeddedInstance")}, expected {wanted}'
    since = {'later': '2025', '2003': None, '2008': None, '2008 R2': None, '2012': None}.get(
        fact.get('since'), fact.get('since'))
    since = OTHER_SINCE.get((name, member.name), since)
    if 'Override' not in member.qualifiers and member.qualifiers.get('Since') not in (since, None):
        yield f'{where}: since {member.qualifiers.get("Since")}, expected {since}'
    expected = clean(fact_values(fact.get('values'), fact['type'] == 'string'))
    if clean(member.values()) != expected and 'Override' not in member.qualifiers:
        yield f'{where}: value map {member.values()}, expected {expected}'


def compare_method(name, method, fact):
    where = f'{name}.{method.name}'
    found = [(one.name, mof_type(one), bool(one.array), 'In' in one.qualifiers,
              'Out' in one.qualifiers) for one in method.parameters]
    expected = [(one['name'], fact_type(one), bool(one.get('array')), 'in' in one['direction'],
                 'out' in one['direction']) for one in fact['params']]
    if found != expected:
        yield f'{where}: parameters {found}, expected {expected}'
    if method.type != fact['returns']:
        yield f'{where}: returns {method.type}, expected {fact["returns"]}'
    if clean(method.values()) != clean(fact_values(fact.get('return_values'), False)):
        yield f'{where}: return values'
    for one, its in zip(method.parameters, fact['params']):
        expected = clean(fact_values(its.get('values'), its['type'] == 'string'))
        if clean(one.values()) != expected and (name, method.name, one.name) != A_JOBS:
            yield f'{where}({one.name}): value map {one.values()}, expected {expected}'


def compare_class(klass, fact):
    base = None if klass.name in NO_BASE else fact['superclass']
    if klass.base != base:
        yield f'{klass.name}: base {klass.base}, expected {base}'
    if mof.keys(SCHEMA, klass) != set(fact['keys']):
        yield f'{klass.name}: keys {mof.keys(SCHEMA, klass)}, expected {fact["keys"]}'
    if ('Association' in klass.qualifiers) != bool(fact.get('association')):
        yield f'{klass.name}: association'
    # Documented, but no dump has it; or with a name that this MOF cannot have.
    expected = {one['name'].lower() for one in fact['properties']
                if one.get('note') != 'documented, not in any dump' and one['name'].isascii()}
    found = mof.flatten(SCHEMA, klass)
    if set(found) != expected:
        yield f'{klass.name}: properties {sorted(set(found) ^ expected)}'
    methods = mof.flatten(SCHEMA, klass, 'methods')
    if set(methods) != {one['name'].lower() for one in fact['methods']}:
        yield f'{klass.name}: methods'
    own = {one['name'].lower(): one for one in fact['properties'] + fact['methods']
           if one['class_origin'] == fact['class']}
    for member in klass.properties:
        if member.name.lower() in own:
            yield from compare_property(klass.name, member, own[member.name.lower()])
    for method in klass.methods:
        yield from compare_method(klass.name, method, own[method.name.lower()])


def namespaces_agree():
    """A class of DMTF's that two namespaces have means the same by its numbers in both"""
    def maps(klass):
        for method in klass.methods:
            yield from (((method.name, one.name), one.values()) for one in method.parameters)

    def problems():
        for (namespace, name), klass in SCHEMA.items():
            other = SCHEMA.get((V2, name))
            if other in (None, klass) or not klass.name.startswith('CIM_'):
                continue
            known = dict(maps(other))
            for where, values in maps(klass):
                if values and known.get(where, values) != values:
                    yield f'{namespace}: {klass.name}: {where}: {values}, {known[where]} in {V2}'
    fail_on(problems())


def schema_says_what_the_facts_say():
    """Every class of the facts is here: bases, keys, properties, methods, value maps"""
    if not os.path.isdir(FACTS):
        raise tap.Skip('../shared/facts is not here')

    def problems():
        for fact in read_facts():
            namespace = fact['namespace'].replace('\\', '/')
            klass = SCHEMA.get((namespace, fact['class'].lower()))
            if klass is None:
                yield f'{namespace}: {fact["class"]} is missing'
            else:
                yield from compare_class(klass, fact)
    fail_on(problems())


# ---- the hosts ----

def associations_join_what_the_facts_say():
    """Ends of associations are of the classes that the facts name, not the other way round"""
    if not os.path.isdir(FACTS):
        raise tap.Skip('../shared/facts is not here')
    table = json.loads(mof.read_text(os.path.join(FACTS, 'associations.json')))
    ends = {(one['namespace'].replace('\\', '/'), one['class'].lower()): one['ends']
            for one in table['association_classes']}

    def problems(host):
        for one in host.instances:
            for end in ends.get((one.namespace, one.name.lower()), []):
                target = host.aliases.get(one.values.get(end['role']))
                if target is None or (one.name, end['role']) in JOINS_MORE:
                    continue
                klass = SCHEMA[target.namespace, target.name.lower()]
                if not mof.is_a(SCHEMA, klass, end['ref_class']):
                    yield (f'{host.name}: {one.file}:{one.line}: {end["role"]} of {one.name} is '
                           f'{target.name}, expected {end["ref_class"]}')
    fail_on(problem for name in ('2012r2', '2025') for problem in problems(Host(name)))


def check_paths(host, instance):
    """Strings that name another instance: Parent, and HostResource unless it is a file."""
    where = f'{host.name}: {instance.file}:{instance.line}'
    parent = instance.values.get('Parent')
    if parent is not None and host.find(parent) is None:
        yield f'{where}: Parent {parent} leads nowhere'
    for resource in instance.values.get('HostResource') or []:
        if resource.startswith('\\\\${') and host.find(resource) is None:
            yield f'{where}: HostResource {resource} leads nowhere'


# Bits, codes of Win32, and values that a recording or the BIOS specification has beyond the map.
OPEN = {'AccessMask', 'ExitCode', 'ServiceSpecificExitCode', 'EncryptionLevel',
        'BiosCharacteristics'}


def in_value_map(member, value):
    """Whether the ValueMap names a number, alone or in a range."""
    for key in member.qualifiers.get('ValueMap', []):
        low, dots, high = key.partition('..')
        if key == str(value) or dots and (low in ('', '0') or int(low) <= value) and (
                high == '' or value <= int(high)):
            return True
    return 'ValueMap' not in member.qualifiers or isinstance(value, bool)


def check_instance(host, instance):
    where = f'{host.name}: {instance.file}:{instance.line}'
    members = mof.flatten(SCHEMA, SCHEMA[instance.namespace, instance.name.lower()])
    for name, value in instance.values.items():
        if name.lower() not in members:
            yield f'{where}: {instance.name} has no {name}'
            continue
        member = members[name.lower()][1]
        if isinstance(value, mof.Alias) and not mof.is_a(
                SCHEMA, SCHEMA[instance.namespace, host.aliases[value].name.lower()], member.type):
            yield f'{where}: {name} is no {member.type}'
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, int) and name not in OPEN and not in_value_map(member, one):
                yield f'{where}: {instance.name}.{name} is {one}, which its ValueMap has not'
            if member.type == 'datetime' and one is not None and len(host.expand(one)) != 25:
                yield f'{where}: {name} is no date'
    yield from check_paths(host, instance)


def hosts_are_consistent():
    """Instances of each host have classes, properties, keys of their own, and no dead reference"""
    def problems():
        for name in SHIPPED:
            host = Host(name)
            if len(host.paths) != len(host.instances):
                yield f'{name}: two instances have the same keys'
            for instance in host.instances:
                yield from check_instance(host, instance)
    fail_on(problems())


# ValueRole and ValueRange of the settings that an allocation capability is told by (documented).
ROLES = {'Default': (0, 0), 'Minimum': (3, 1), 'Maximum': (3, 2), 'Increment': (3, 3)}


def capabilities_are_complete():
    """Allocations have default, least, most and step; all capabilities are somebody's"""
    def problems(host):
        found = {one.alias: {} for one in host.all('Msvm_AllocationCapabilities')}
        for one in host.all('Msvm_SettingsDefineCapabilities'):
            part = host.aliases[one.values['PartComponent']]
            role = part.values['InstanceID'].rsplit('\\', 1)[1]
            found[one.values['GroupComponent']][role] = (one.values['ValueRole'],
                                                         one.values['ValueRange'])
        for alias, roles in found.items():
            if roles != ROLES:
                yield f'{host.name}: {alias} has {roles}'
        owned = {one.values['Capabilities'] for one in host.all('CIM_ElementCapabilities')}
        for one in host.all('CIM_EnabledLogicalElementCapabilities') + host.all(
                'Msvm_AllocationCapabilities'):
            if one.name != 'Msvm_EthernetSwitchFeatureCapabilities' and one.alias not in owned:
                yield f'{host.name}: {one.values["InstanceID"]} is of nobody'
    fail_on(problem for name in SHIPPED for problem in problems(Host(name)))


def virtual_machines_are_those():
    """The six virtual machines have their names, ids and states on every host but the empty one"""
    for name in SHIPPED:
        host = Host(name)
        found = {one.values['ElementName']: (one.values['Name'], one.values['EnabledState'],
                                             one.values.get('ProcessID'))
                 for one in host.all('Msvm_ComputerSystem')
                 if one.values['Name'] != '${computer_name}'}
        assert found == ({} if name == '2019-empty' else VMS), (name, found)


def settings_form_trees():
    """Settings of a virtual machine or checkpoint carry its id, and each is a part of one tree"""
    def problems(host):
        owners = {}
        for one in host.all('Msvm_VirtualSystemSettingDataComponent'):
            part = host.aliases[one.values['PartComponent']]
            if part.values['InstanceID'] in owners:
                yield f'{host.name}: {part.values["InstanceID"]} has two owners'
            owners[part.values['InstanceID']] = host.aliases[one.values['GroupComponent']]
        for one in host.all('CIM_ResourceAllocationSettingData'):
            key = one.values['InstanceID']
            owner = owners.get(key)
            if key.startswith('Microsoft:Definition\\') or key.startswith('Microsoft:Pool\\'):
                continue
            if owner is None or not key.startswith(owner.values['InstanceID'] + '\\'):
                yield f'{host.name}: {key} belongs to nobody'
    fail_on(problem for name in SHIPPED for problem in problems(Host(name)))


def checkpoints_form_a_tree():
    """Checkpoints are three levels deep, and the virtual machine hangs on one of them"""
    for name in SHIPPED:
        host = Host(name)
        if name == '2019-empty':
            continue
        settings = {one.values['InstanceID']: one
                    for one in host.all('Msvm_VirtualSystemSettingData')}
        checkpoints = [one for one in settings.values()
                       if one.values['VirtualSystemType'] == 'Microsoft:Hyper-V:Snapshot:Realized']
        linked = {one.values['Dependent'] for one in host.all('Msvm_SnapshotOfVirtualSystem')}
        assert linked == {one.alias for one in checkpoints}, (name, linked)

        def depth(one):
            parent = one.values.get('Parent')
            return 0 if parent is None else 1 + depth(host.find(parent))
        assert sorted(depth(one) for one in checkpoints) == [0, 1, 1, 2], name
        assert depth(settings['Microsoft:' + VMS['build-agent'][0]]) == 3, name


def connections_name_switches():
    """Every connected adapter names a switch that is there, and all three kinds of switch are"""
    for name in SHIPPED:
        host = Host(name)
        switches = host.all('Msvm_VirtualEthernetSwitch')
        assert len(switches) == 3, (name, switches)
        for one in host.all('Msvm_EthernetPortAllocationSettingData'):
            for resource in one.values.get('HostResource') or []:
                assert host.find(resource).name in ('Msvm_VirtualEthernetSwitch',
                                                    'Msvm_ComputerSystem',
                                                    'Msvm_ExternalEthernetPort'), (name, resource)


def files_of_disks_exist():
    """Every image of a disk is a file of the host"""
    for name in SHIPPED:
        host = Host(name)
        files = {one.values['Name'].lower() for one in host.all('CIM_DataFile', CIMV2)}
        images = {resource.lower() for one in host.all('Msvm_StorageAllocationSettingData')
                  for resource in one.values.get('HostResource') or []}
        assert images <= files, (name, images - files)


tap.run([text_is_plain, sources_are_complete, schema_is_consistent, counts_are_known,
         schema_says_what_the_facts_say, namespaces_agree, associations_join_what_the_facts_say,
         hosts_are_consistent, capabilities_are_complete, virtual_machines_are_those,
         settings_form_trees,
         checkpoints_form_a_tree, connections_name_switches, files_of_disks_exist])
