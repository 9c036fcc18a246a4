# SPDX-License-Identifier: LGPL-2.1-or-later
"""Simulated hosts against replies of Windows (tools/check-recordings), and does that tool see?"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

import tap

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SIM = sys.argv[1]
TWINS = os.path.join(ROOT, 'fixtures/exchanges')
RECORDINGS = os.path.join(ROOT, '../shared/recordings')
HYPERV, SERVER = 'win11-hyperv/', 'server-2012/'
SWITCH = HYPERV + 'recorded_pull_virtualethernetswitch.xml'
LAST = HYPERV + 'recorded_computersystem_pull_vm_running_c_eos.xml'
OS_WHOLE = SERVER + 'Win32_OperatingSystem_star_000.xml'
OS_PART = SERVER + 'Win32_OperatingSystem_all_000.xml'


def check(folder, *options, code=0):
    """What check-recordings prints of a folder."""
    done = subprocess.run([os.path.join(ROOT, 'tools/check-recordings'), '--sim', SIM, *options,
                           folder], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def recordings(*parts):
    folder = os.path.join(RECORDINGS, *parts)
    if not os.path.isdir(folder):
        raise tap.Skip('no recordings in ../shared')
    return folder


def windows():
    """Every element of every recorded reply is the same here."""
    last = check(recordings()).splitlines()[-1]
    assert re.match(r'2\d files, 5\d{3} elements compared', last), last


def pages():
    """Pages of 153600 bytes break where those of Server 2012 did."""
    check(recordings('server-2012'), '--envelope-size', '153600')


def twins():
    """Every element of every twin of the recordings is the same here."""
    last = check(TWINS).splitlines()[-1]
    assert re.match(r'2\d files, 4\d{3} elements compared', last), last


# sentence, file, what is changed in it (pattern, replacement), what must be found
CHANGES = [
    ('two properties in another order', SWITCH, r'(<p:Caption>.*?)(<p:CommunicationStatus[^>]*>)',
     r'\2\1', 'Msvm_VirtualEthernetSwitch/Caption: not'),
    ('another type', SWITCH, 'p:Msvm_VirtualEthernetSwitch_Type', 'p:Other_Type', 'attributes'),
    ('a null in another spelling', SWITCH, 'NameFormat xsi:nil="true"', 'NameFormat xsi:nil="1"',
     'NameFormat: attributes'),
    ('a null that is absent', SWITCH, '<p:NameFormat xsi:nil="true"/>', '',
     'NameFormat: not recorded'),
    ('an action', SWITCH, 'PullResponse</a:Action>', 'PulledResponse</a:Action>',
     'Header/Action: text'),
    ('no context', SWITCH, '<n:EnumerationContext>.*?</n:EnumerationContext>', '',
     'EnumerationContext: not recorded'),
    ('items in another namespace', OS_WHOLE, 'w:Items>', 'n:Items>', 'Items: not here'),
    ('a header that is not there', OS_WHOLE, '<a:RelatesTo>.*?</a:RelatesTo>', '',
     'RelatesTo: not recorded'),
    ('an end in another namespace', LAST, '<n:EndOfSequence/>', '<w:EndOfSequence/>',
     'EndOfSequence: not'),
    ('a fragment in another namespace', OS_PART, 'xmlns:w="[^"]*wsman.xsd">(?=<BootDevice)',
     'xmlns:w="urn:other">', 'cannot be compared: the schema has no'),
    ('a date in another form', OS_WHOLE, r'(<p:InstallDate><cim:Datetime>[^<]*?)Z', r'\g<1>.0Z',
     'no date as Windows writes it'),
    ('a property that the schema has not', SWITCH, '<p:Caption>', '<p:Captionless/><p:Caption>',
     'has no Msvm_VirtualEthernetSwitch.Captionless'),
]


def change(row):
    sentence, name, pattern, replacement, expected = row

    def test():
        with open(os.path.join(TWINS, name), encoding='utf-8') as file:
            text = file.read()
        changed, count = re.subn(pattern, replacement, text)
        assert count, f'{pattern} is not in {name}'
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, os.path.basename(name)), 'w', encoding='utf-8') as file:
                file.write(changed)
            output = check(folder, code=1)
        assert expected in output, output
    test.__doc__ = f'Sees {sentence}'
    return test


def two_replies():
    """One reply of an enumeration is compared with what came before it."""
    with tempfile.TemporaryDirectory() as folder:
        for number in '012':
            shutil.copy(os.path.join(TWINS, SERVER, f'Win32_Process_all_00{number}.xml'), folder)
        os.rename(folder + '/Win32_Process_all_001.xml', folder + '/Win32_Process_all_003.xml')
        output = check(folder)
    assert output.startswith('Win32_Process_all_000.xml: '), output


tap.run([windows, pages, twins, two_replies, *map(change, CHANGES)])
