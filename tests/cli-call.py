# SPDX-License-Identifier: LGPL-2.1-or-later
"""hyperv get and hyperv call, as a user meets them."""
import json
import os
import shlex
import signal
import subprocess
import sys

import tap

HYPERV, SIM = sys.argv[1:3]
CLEAN = {name: value for name, value in os.environ.items()
         if name == 'HYPERV_SIM_EXCHANGES' or not name.startswith(('HYPERV_', 'LIBVIRT_'))}


def hyperv(*words, env=None, code=0):
    """Runs hyperv; returns stdout when it succeeds, stderr when it fails as expected."""
    done = subprocess.run([HYPERV, *words], env={**CLEAN, **(env or {})}, capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    assert code == 0 or done.stderr.count('\n') == 1, done.stderr
    return done.stdout if code == 0 else done.stderr


class Running:
    """A simulator that runs meanwhile, and the variables of its ready line."""

    def __init__(self, *words):
        self.words = words

    def __enter__(self):
        self.process = subprocess.Popen([SIM, *self.words], env=CLEAN, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.env = dict(word.split('=', 1) for word in shlex.split(line))
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        stderr = self.process.communicate(timeout=30)[1]
        assert self.process.returncode == 0, (self.process.returncode, stderr)

    def json(self, *words):
        """What a command prints as JSON."""
        return json.loads(hyperv('-o', 'json', *words, env=self.env))

    def vm(self, name):
        """The key of a VM."""
        return self.json('query', 'SELECT Name FROM Msvm_ComputerSystem '
                                  f"WHERE ElementName = '{name}'")[0]['Name']


SYSTEM = 'Msvm_ComputerSystem'


def gets_by_keys():
    """hyperv get takes keys as words, within the path, or a whole path; and prints both forms."""
    with Running() as host:
        name = host.vm('web01')
        keys = [f'CreationClassName={SYSTEM}', f'Name={name}']
        found = host.json('get', SYSTEM, *keys)
        assert found['ElementName'] == 'web01' and found['EnabledState'] == '2', found
        assert found['OtherEnabledState'] is None, found
        assert found['OperationalStatus'] == ['2'] or found['OperationalStatus'] == '2', found
        for path in (f'{SYSTEM}.CreationClassName="{SYSTEM}",Name="{name}"',
                     f'root/virtualization/v2:{SYSTEM}.CreationClassName="{SYSTEM}",Name="{name}"',
                     f'\\\\HV\\root\\virtualization\\v2:{SYSTEM}.CreationClassName="{SYSTEM}",'
                     f'Name="{name}"'):
            assert host.json('get', path)['Name'] == name, path
        text = hyperv('get', SYSTEM, *keys, env=host.env)
        assert 'ElementName:' in text and 'web01' in text, text


def gets_all():
    """hyperv get CLASS prints all instances; --property one property of each."""
    with Running() as host:
        rows = host.json('get', SYSTEM)
        assert {row['ElementName'] for row in rows} >= {'web01', 'db01'}, rows
        rows = host.json('get', SYSTEM, '--property', 'ElementName')
        assert all(set(row) == {'ElementName'} for row in rows) and len(rows) > 4, rows
        assert host.json('get', 'root/cimv2:Win32_OperatingSystem',
                         '--property=Version')[0]['Version'].startswith('10.'), 'Version'


def backslashes_in_keys():
    """A key with backslashes is given as it is, and printed in a path with doubled ones."""
    with Running() as host:
        setting = 'Msvm_ResourceAllocationSettingData'
        wanted = [row['InstanceID'] for row in host.json('get', setting, '--property', 'InstanceID')
                  if '\\' in row['InstanceID']]
        found = host.json('get', setting, f'InstanceID={wanted[0]}')
        assert found['InstanceID'] == wanted[0], found


def calls_a_method():
    """hyperv call follows the job that a method starts, and prints the out-parameters."""
    with Running() as host:
        name = host.vm('db01')
        path = f'{SYSTEM}.CreationClassName="{SYSTEM}",Name="{name}"'
        out = host.json('call', path, 'RequestStateChange', 'RequestedState=2')
        assert out['ReturnValue'] == '4096', out
        assert 'InstanceID' in out['Job'], out
        assert host.json('info', 'db01')['state'] == 'running'
        out = host.json('call', path, 'RequestStateChange', 'RequestedState:uint16=3',
                        'TimeoutPeriod=null')
        assert host.json('info', 'db01')['state'] == 'off', out
        assert 'ReturnValue' in hyperv('call', path, 'RequestStateChange', 'RequestedState=2',
                                       env=host.env)


def failures():
    """A return value that says no is an error with the method's name; so is a bad command line."""
    with Running() as host:
        name = host.vm('db01')
        path = f'{SYSTEM}.CreationClassName="{SYSTEM}",Name="{name}"'
        text = hyperv('call', path, 'RequestStateChange', 'RequestedState=3', env=host.env, code=2)
        assert 'RequestStateChange' in text and '32775' in text, text
        for words, named in ((['RequestedState=off'], 'NAME:TYPE=VALUE: boolean, uint8'),
                             (['RequestedState=2', 'Colour=1'], 'in-parameters may be given'),
                             ([], 'not optional')):
            text = hyperv('call', path, 'RequestStateChange', *words, env=host.env, code=2)
            assert named in text, (words, text)
        hyperv('get', SYSTEM, f'CreationClassName={SYSTEM}', 'Name=nobody', env=host.env, code=5)
        hyperv('get', 'No_SuchClass', env=host.env, code=5)
        text = hyperv('get', SYSTEM, '--property', '__PATH', env=host.env, code=5)
        assert f'no property __PATH of {SYSTEM}' in text, text
        for words, named in ((['call', path, 'Go', 'x'], 'NAME=VALUE'),
                             (['call', path, 'Go now'], 'Go now'),
                             (['call', path, 'Go', 'a b=1'], 'a b'),
                             (['call', path, 'Go', 'A:uint128=1'], 'uint64'),
                             (['call', path, 'Go', 'A:uint8=256'], 'uint8'),
                             (['call', path, 'Go', 'A:sint8=-129'], 'sint8'),
                             (['call', path, 'Go', 'A:boolean=perhaps'], 'boolean'),
                             (['call', path, 'Go', 'A:char16=ab'], 'char16'),
                             (['call', path, 'Go', 'A:reference=x.'], 'name of a key'),
                             (['call', path, 'Go', 'A=[1'], 'JSON'),
                             (['call', path, 'Go', 'A=[1,"x"]'], 'array'),
                             (['call', path, 'Go', 'A=[null]'], 'array'),
                             (['call', path, 'Go', 'A={"B":1}'], '__CLASS'),
                             (['call', path], 'usage'),
                             (['get', SYSTEM, 'Name'], 'KEY=VALUE'),
                             (['get', 'a b'], 'a b'),
                             (['get', SYSTEM, '--property'], '--property'),
                             (['get', SYSTEM, '--property', 'Name', '--property=Status'],
                              '--property is given twice')):
            text = hyperv(*words, env=host.env, code=1)
            assert named in text, (words, text)


def killed_jobs():
    """A job that is killed has no code, and is a job that failed all the same: 7."""
    with Running('--do', '{"do": "failure-add", "filter": "job", "end": "dies"}') as host:
        text = hyperv('start', 'db01', env=host.env, code=7)
        assert 'the job was killed' in text, text
        path = f'{SYSTEM}.CreationClassName="{SYSTEM}",Name="{host.vm("test vm with spaces")}"'
        text = hyperv('call', path, 'RequestStateChange', 'RequestedState=2', env=host.env, code=7)
        assert 'the job was killed' in text, text


def values_on_the_wire():
    """Times, references, arrays and embedded instances are written as WinRM wants them."""
    with Running() as host:
        words = ['A=x<y', 'B=[1,2]', 'C=null', 'D=00000000000500.000000:000',
                 'E=Msvm_X.InstanceID="a"', 'F=["Msvm_X.InstanceID=\\"a\\""]', 'G:string=[1',
                 'H={"__CLASS":"Msvm_Y","N:uint32":5,"T":"t","L":[true],"Z":null}', 'I:char16=é',
                 'J:real64=0.5']
        done = subprocess.run([HYPERV, 'call', 'Msvm_X', 'Go', *words],
                              env={**CLEAN, **host.env, 'HYPERV_DEBUG': 'wire'},
                              capture_output=True, text=True, timeout=60, check=False)
        sent = done.stderr
        for part in ('<p:A>x&lt;y</p:A>', '<p:B>1</p:B><p:B>2</p:B>', '<p:C xsi:nil="true"></p:C>',
                     '<p:D><cim:Interval>P0DT0H5M0S</cim:Interval></p:D>',
                     '<w:Selector Name="InstanceID">a</w:Selector></w:SelectorSet>'
                     '</a:ReferenceParameters></p:E>', '</a:ReferenceParameters></p:F>',
                     '<p:G>[1</p:G>',
                     '<p:H>&lt;INSTANCE CLASSNAME="Msvm_Y"&gt;&lt;PROPERTY NAME="N" TYPE="uint32"'
                     '&gt;&lt;VALUE&gt;5&lt;/VALUE&gt;&lt;/PROPERTY&gt;',
                     '&lt;PROPERTY.ARRAY NAME="L" TYPE="boolean"&gt;&lt;VALUE.ARRAY&gt;&lt;VALUE'
                     '&gt;TRUE&lt;/VALUE&gt;', '<p:I>é</p:I>', '<p:J>0.5</p:J>'):
            assert part in sent, (part, sent)


def namespace_is_told():
    """A class that the namespace does not have is told with the one that such classes are in."""
    with Running('--quiet') as running:
        for words, code, hint in (
                (['query', 'SELECT * FROM Win32_OperatingSystem'], 2,
                 'asked was root/virtualization/v2, and classes that begin with Win32_ are mostly '
                 'in root/cimv2'),
                (['query', 'select Name from  msvm_computersystem', 'root/cimv2'], 2,
                 'begin with Msvm_ are mostly in root/virtualization/v2'),
                (['get', 'Win32_ComputerSystem'], 5, 'in root/cimv2'),
                (['get', 'Win32_ComputerSystem', '--property', 'Name'], 2, 'in root/cimv2'),
                (['get', 'Win32_ComputerSystem', 'Name=x'], 5, 'in root/cimv2'),
                (['query', 'SELECT * FROM Msvm_Nothing'], 2, None),
                (['query', 'SELECT * FROM Win32_Nothing', 'ROOT/CIMV2'], 2, None),
                (['query', 'SELECT'], 2, None)):
            text = hyperv(*words, env=running.env, code=code)
            assert ('mostly' in text) == (hint is not None), (words, text)
            assert hint is None or text.endswith(hint + '\n'), (words, text)


tap.run([gets_by_keys, gets_all, backslashes_in_keys, calls_a_method, failures, killed_jobs,
         values_on_the_wire, namespace_is_told])
