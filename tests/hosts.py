# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shipped hosts answer what libvirt and management tools ask.

usage: hosts.py HYPERV HYPERV_SIM"""
import json
import os
import subprocess
import sys

import tap
from hostfolder import CIMV2, SHIPPED, STANDARD, V2, Host

HYPERV, SIM = sys.argv[1:3]
WEB01, APP02 = 'da544605-7db3-4a68-8931-78277b4aac9d', 'd9c93d12-3b7e-4bb9-90f3-494d5d7ef338'
TREE = ("ASSOCIATORS OF {Msvm_VirtualSystemSettingData.InstanceID='Microsoft:%s'} "
        "WHERE AssocClass = "
        "Msvm_VirtualSystemSettingDataComponent ResultClass = %s")
DEVICE = "ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='%s'} "
COUNTER = ("SELECT * FROM Win32_PerfRawData_HvStats_HyperVHypervisorVirtualProcessor "
           "WHERE Name = '%s'")
HEAD = ("ASSOCIATORS OF {Msvm_SyntheticDisplayController.CreationClassName="
        "'Msvm_SyntheticDisplayController',"
        "DeviceID='Microsoft:F3CF6965-E8D3-44A9-9B7D-A04245EA7525',"
        "SystemCreationClassName='Msvm_ComputerSystem',SystemName='%s'} WHERE AssocClass = "
        "Msvm_VideoHeadOnController ResultClass = Msvm_VideoHead")
# namespace, query, property, values in any order; %(name)s is the computer's
QUERIES = [
    (V2, "SELECT * FROM Msvm_VirtualEthernetSwitch WHERE HealthState = 5", 'ElementName',
     ['LAN', 'Internal', 'Isolated']),
    (V2, "SELECT * FROM Msvm_ProcessorSettingData "
     "WHERE InstanceID LIKE 'Microsoft:Definition%%Maximum'",
     'InstanceID', ['Microsoft:Definition\\B637F347-6A0E-4DEC-AF52-BD70CB80A21D\\Maximum']),
    (CIMV2, "SELECT * FROM Win32_ComputerSystem ", 'DNSHostName', ['%(name)s']),
    (CIMV2, "SELECT * FROM Win32_ComputerSystemProduct ", 'Name', ['Rack Server R240']),
    (CIMV2, "ASSOCIATORS OF {Win32_ComputerSystem.Name='%(name)s'} WHERE AssocClass = "
     "Win32_ComputerSystemProcessor ResultClass = Win32_Processor", 'NumberOfCores', ['10', '10']),
    (STANDARD, "SELECT * FROM MSFT_NetAdapter WHERE Virtual = TRUE", 'Name',
     ['vEthernet (LAN)', 'vEthernet (Internal)']),
    (CIMV2, "SELECT * FROM Win32_Service WHERE Name = 'vmms'", 'State', ['Running']),
]
VM_QUERIES = [
    (V2, TREE % (WEB01, 'Msvm_ProcessorSettingData'), 'VirtualQuantity', ['2']),
    (V2, TREE % (WEB01, 'Msvm_MemorySettingData'), 'VirtualQuantity', ['2048']),
    (V2, TREE % (WEB01, 'Msvm_StorageAllocationSettingData'), 'HostResource',
     ['D:\\Hyper-V\\Virtual Hard Disks\\web01.vhdx']),
    (V2, TREE % (WEB01, 'Msvm_EthernetPortAllocationSettingData'), 'EnabledState', ['2']),
    (V2, DEVICE % WEB01 + 'WHERE ResultClass = Msvm_Keyboard', 'SystemName', [WEB01.upper()]),
    (V2, HEAD % WEB01, 'EnabledState', ['2']),
    (V2, HEAD % APP02, 'EnabledState', ['2']),
    (V2, "SELECT * FROM Msvm_SyntheticDisplayController WHERE SystemName = '%s'" % WEB01,
     'EnabledState', ['2']),
    (V2, "SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = '%s'" % WEB01, 'EnabledState',
     ['2']),
    (V2, "SELECT * FROM Msvm_DiskDrive WHERE __PATH = '\\\\\\\\%(name)s\\\\root\\\\virtualization"
     "\\\\v2:Msvm_DiskDrive.CreationClassName=\"Msvm_DiskDrive\",DeviceID=\"Microsoft:"
     "353B3BE8-310C-4cf4-839E-4E1B14616136\\\\\\\\2\","
     "SystemCreationClassName=\"Msvm_ComputerSystem\","
     "SystemName=\"%(name)s\"'", 'DriveNumber', ['2']),
    (CIMV2, COUNTER % 'web01:Hv VP 0', 'Name', ['web01:Hv VP 0']),
    (CIMV2, COUNTER % 'web01:Hv VP 1', 'Name', ['web01:Hv VP 1']),
    (CIMV2, COUNTER % 'app02:Hv VP 1', 'Name', ['app02:Hv VP 1']),
    (CIMV2, "SELECT * FROM Win32_Process WHERE ProcessId = 4212", 'Name', ['vmwp.exe']),
]
SERIAL = {True: 'Msvm_ResourceAllocationSettingData', False: 'Msvm_SerialPortSettingData'}


def ask(name):
    """Asks a host all queries, over one connection each."""
    host = Host(name)
    computer = {'name': host.settings['values', 'computer_name']}
    rows = QUERIES + ([] if name == '2019-empty' else VM_QUERIES)
    if name != '2019-empty':
        ports = SERIAL[host.settings['abilities', 'serial-port-settings-as-rasd'] == '1']
        rows = rows + [(V2, TREE % (WEB01, ports), 'ElementName', None)]
    script = 'set -e\n' + ''.join('"$0" -o json query "${%d}" %s\n' % (number, row[0])
                                  for number, row in enumerate(rows, 1))
    texts = [row[1] % computer for row in rows]
    env = {key: value for key, value in os.environ.items()
           if key == 'HYPERV_SIM_EXCHANGES' or not key.startswith(('HYPERV_', 'LIBVIRT_'))}
    done = subprocess.run([SIM, '--host', name, '--', 'sh', '-c', script, HYPERV, *texts],
                          capture_output=True, text=True, timeout=120, check=False, env=env)
    assert done.returncode == 0, (name, done.stdout[-300:], done.stderr)
    decoder, at, answers = json.JSONDecoder(), 0, []
    text = done.stdout.strip()
    while at < len(text):
        answer, at = decoder.raw_decode(text, at)
        answers.append(answer)
        at += len(text[at:]) - len(text[at:].lstrip())
    assert len(answers) == len(rows), (name, len(answers))
    for (_, query, key, expected), answer in zip(rows, answers):
        found = [value for one in answer for value in
                 (one[key] if isinstance(one[key], list) else [one[key]])]
        if expected is None:
            assert {'COM 1', 'COM 2'} <= set(found), (name, query, found)
        else:
            assert sorted(found) == sorted(one % computer for one in expected), (name, query, found)


def asker(name):
    def test():
        ask(name)
    test.__doc__ = f'Host {name} answers what libvirt and management tools ask'
    return test


tap.run([asker(name) for name in SHIPPED])
