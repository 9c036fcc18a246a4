# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls of libvirt's hyperv driver, played with the requests that it sent (fixtures/captures).

usage: libvirt-calls.py HYPERV_SIM

The captures were made against a stub. Here each of their requests goes to a simulated host over a
socket, with what an earlier reply gave in the place of what the stub had given: names, ids, hosts,
contexts (libvirtdriver.py)."""
import re
import sys

import tap
from libvirtdriver import THEIRS, Driver, Sim

SIM = sys.argv[1]
RELEASES = ['2012r2', '2016', '2019', '2022', '2025']


def playing(capture):
    def decorate(play):
        def run(sim):
            driver = Driver(sim, capture)
            try:
                play(sim, driver)
            finally:
                driver.close()
        run.__name__ = play.__name__
        return run
    return decorate


# ---- the calls ----

@playing('libvirt-version')
def version(_, driver):
    driver.connect()


@playing('libvirt-hostname')
def hostname(sim, driver):
    driver.connect()
    computer, = driver.query()
    assert computer['DNSHostName'] == sim.host.settings['values', 'computer_name']


@playing('libvirt-nodeinfo')
def nodeinfo(sim, driver):
    driver.connect()
    computer, = driver.query()
    driver.learn("'HV01'", "'" + computer['Name'] + "'")
    sockets = driver.query()
    assert computer.number('TotalPhysicalMemory') >= 2**30
    assert len(sockets) == computer.number('NumberOfProcessors') == 2
    assert sockets[0].number('NumberOfCores') == 10
    assert sockets[0].number('NumberOfLogicalProcessors') % sockets[0].number('NumberOfCores') == 0
    assert sockets[0].number('MaxClockSpeed') > 0 and sockets[0]['Name']


@playing('libvirt-list')
def listing(sim, driver):
    driver.connect()
    vms = driver.query()
    expected = {one.values['ElementName']: one.values['EnabledState']
                for one in sim.host.all('Msvm_ComputerSystem')
                if one.values['Name'] != '${computer_name}'}
    assert {vm['ElementName']: vm.number('EnabledState') for vm in vms} == expected
    # virsh asks for the state of each.
    for vm in vms:
        one, = driver.query("SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND "
                            f"Name = '{vm['Name'].lower()}'")
        assert one['ElementName'] == vm['ElementName']
    assert len(driver.query('SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND '
                            '(EnabledState = 0 or EnabledState = 3 or EnabledState = 32769) ')) == 2
    found, = driver.query('SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND '
                          'ProcessID = 4212')
    assert found['ElementName'] == 'web01'
    assert not driver.query("SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND "
                            "ElementName = 'o\\'brien'")


@playing('libvirt-dominfo')
def dominfo(sim, driver):
    driver.connect()
    vm = driver.lookup()
    seen = {}
    for _ in range(3):
        for item in driver.query():
            for name in ('VirtualQuantity', 'Limit', 'InstanceID', 'EnabledState'):
                if name in item.values:
                    seen.setdefault(name, []).append(item[name])
    memory, = sim.settings('Msvm_MemorySettingData', vm['ElementName'])
    processor, = sim.settings('Msvm_ProcessorSettingData', vm['ElementName'])
    quantities = {str(one.values['VirtualQuantity']) for one in (memory, processor)}
    assert quantities & set(seen.get('VirtualQuantity', [])), (quantities, seen)


def tree(driver, vm):
    """VSSD of the virtual machine, and a function that gives the parts of its settings tree."""
    settings, = driver.query(
        "ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',"
        f"Name='{vm['Name'].lower()}'}} WHERE AssocClass = Msvm_SettingsDefineState "
        'ResultClass = Msvm_VirtualSystemSettingData')

    def parts(class_name):
        return driver.query("ASSOCIATORS OF {Msvm_VirtualSystemSettingData.InstanceID='"
                            + settings['InstanceID'] + "'} WHERE AssocClass = "
                            'Msvm_VirtualSystemSettingDataComponent ResultClass = ' + class_name)
    return settings, parts


def check_disks(parts):
    """Each image hangs on a drive of the tree, and each drive on a controller: by the end of a
    path, as the driver looks for them."""
    resources = {one['InstanceID']: one for one in parts('Msvm_ResourceAllocationSettingData')}

    def parent(one):
        return next((other for key, other in resources.items() if one['Parent'] and
                     one['Parent'].endswith('"' + key.replace('\\', '\\\\') + '"')), None)
    images = parts('Msvm_StorageAllocationSettingData')
    for image in images:
        assert image.all('HostResource'), 'the driver gives up without a HostResource'
        drive = parent(image)
        assert drive is not None, image['Parent']
        controller = parent(drive)
        assert controller is not None and controller['ResourceType'] in ('1', '5', '6')
        assert re.fullmatch(r'\d+', drive['AddressOnParent']), drive['AddressOnParent']
    return images


def quoted(path):
    return path.replace('\\', '\\\\')


def check_adapters(driver, parts):
    """Switch and adapter of each connection, by __PATH with all backslashes doubled again."""
    names = []
    for one in parts('Msvm_EthernetPortAllocationSettingData'):
        if not one.all('HostResource') or one['EnabledState'] == '3':
            continue
        port, = driver.query('SELECT * FROM Msvm_SyntheticEthernetPortSettingData WHERE __PATH = '
                             f"'{quoted(one['Parent'])}'")
        switch, = driver.query('SELECT * FROM Msvm_VirtualEthernetSwitch WHERE __PATH = '
                               f"'{quoted(one.all('HostResource')[0])}'")
        assert re.fullmatch('[0-9A-F]{12}', port['Address']), port['Address']
        names.append(switch['ElementName'])
    return names


@playing('libvirt-dumpxml')
def dumpxml(sim, driver):
    driver.connect()
    vm = driver.lookup()
    for _ in range(8):
        driver.query()
    settings, parts = tree(driver, vm)
    assert settings.all('Notes') == ['Front end']
    images = check_disks(parts)
    assert [one.all('HostResource')[0].rsplit('\\', 1)[1] for one in images] == ['web01.vhdx']
    assert check_adapters(driver, parts) == ['LAN']
    serial = ('Msvm_ResourceAllocationSettingData'
              if sim.host.settings['host', 'version'].startswith('6.')
              else 'Msvm_SerialPortSettingData')
    ports = [one for one in parts(serial) if one['ResourceType'] == '21']
    assert sorted(one['ElementName'] for one in ports) == ['COM 1', 'COM 2']
    assert ports[0].all('Connection'), 'a pipe, or one empty text'


def dumpxml_of_each(sim):
    """The same questions of every virtual machine that is shipped."""
    driver = Driver(sim, 'libvirt-dumpxml')
    try:
        driver.connect()
        driver.lookup()
        for vm in driver.query('SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER '):
            settings, parts = tree(driver, vm)
            assert settings['VirtualSystemIdentifier'].lower() == vm['Name'].lower()
            for class_name in ('Msvm_ProcessorSettingData', 'Msvm_MemorySettingData'):
                one, = parts(class_name)
                assert one.number('VirtualQuantity') > 0 and one.number('Limit') > 0
            check_disks(parts)
            check_adapters(driver, parts)
            for one in parts('Msvm_ResourceAllocationSettingData'):
                if one['ResourceType'] == '17' and one.all('HostResource'):
                    disk, = driver.query('SELECT * FROM Msvm_DiskDrive WHERE __PATH='
                                         f"'{quoted(one.all('HostResource')[0])}'")
                    assert disk.number('DriveNumber') == 2
    finally:
        driver.close()


@playing('libvirt-domblklist')
def domblklist(_, driver):
    driver.connect()
    vm = driver.lookup()
    _, parts = tree(driver, vm)
    assert len(check_disks(parts)) == 1


@playing('libvirt-netlist')
def netlist(_, driver):
    driver.connect()
    switches = driver.query()
    assert {one['ElementName'] for one in switches} == {'LAN', 'Internal', 'Isolated'}
    for one in switches:
        assert re.fullmatch('[0-9A-Fa-f-]{36}', one['Name'])
        for where in (f"Name = '{one['Name'].lower()}'", f"ElementName = '{one['ElementName']}'"):
            found, = driver.query('SELECT * FROM Msvm_VirtualEthernetSwitch WHERE ' + where)
            assert found['Name'] == one['Name']


def powering(capture, requested, final):
    """A command that changes the state; the state after it, by the driver's own query."""
    def play(sim):
        driver = Driver(sim, capture)
        try:
            driver.connect()
            vm = driver.lookup()
            while True:
                head, body = driver.next('Enumerate')
                driver.last = head, body
                if '_INPUT' in body:
                    break
                driver.query()
            assert f'>{requested}</n1:RequestedState>' in body, body
            value, job = driver.invoke()
            assert value == 4096 and job, (value, job)
            driver.wait(job)
            after, = driver.query("SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND "
                                  f"Name = '{vm['Name'].lower()}'")
            assert after.number('EnabledState') == final, after['EnabledState']
            assert (after['ProcessID'] is not None) == (final in (2, 9))
        finally:
            driver.close()
    play.__name__ = capture
    return play


@playing('libvirt-shutdown')
def shutdown(_, driver):
    driver.connect()
    vm = driver.lookup()
    driver.query()
    component, = driver.query()
    driver.learn('Microsoft:' + next(
        guid for guid, name in THEIRS.items() if name == 'web01').upper() + '\\shutdown',
        component['DeviceID'])
    driver.ours = dict(sorted(driver.ours.items(), key=lambda pair: -len(pair[0])))
    assert component['SystemName'].lower() == vm['Name'].lower()
    value, _ = driver.invoke()
    assert value == 0, value


def sendkey_and_screenshot(sim):
    """What they ask for first: display, its head with a lone backslash, keyboard."""
    driver = Driver(sim, 'libvirt-dumpxml')
    try:
        driver.connect()
        vm = driver.lookup()
        guid = vm['Name'].lower()
        display, = driver.query('SELECT * FROM Msvm_SyntheticDisplayController WHERE '
                                f"SystemName = '{guid}'")
        head, = driver.query(
            'ASSOCIATORS OF {Msvm_SyntheticDisplayController.CreationClassName='
            f"'Msvm_SyntheticDisplayController',DeviceID='{display['DeviceID']}',"
            f"SystemCreationClassName='Msvm_ComputerSystem',SystemName='{guid}'}} WHERE "
            'AssocClass = Msvm_VideoHeadOnController ResultClass = Msvm_VideoHead')
        assert head['EnabledState'] == '2' and head.number('CurrentHorizontalResolution') > 0
        keyboard, = driver.query(
            "ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',"
            f"Name='{guid}'}} WHERE ResultClass = Msvm_Keyboard")
        assert keyboard['SystemName'].lower() == guid
        counter, = driver.query('SELECT * FROM Win32_PerfRawData_HvStats_HyperVHypervisorVirtual'
                                "Processor WHERE Name = 'web01:Hv VP 0'")
        assert counter.number('PercentTotalRunTime') > 0
        most = driver.query("SELECT * FROM Msvm_ProcessorSettingData WHERE InstanceID LIKE "
                            "'Microsoft:Definition%Maximum'")
        assert most[0].number('VirtualQuantity') == int(
            sim.host.settings['values', 'max_processors'])
    finally:
        driver.close()


# Reading first; each change leaves web01 running for the next.
CALLS = [version, hostname, nodeinfo, listing, dominfo, dumpxml, dumpxml_of_each, domblklist,
         netlist, sendkey_and_screenshot, powering('libvirt-start', 2, 2),
         powering('libvirt-reboot', 10, 2), powering('libvirt-suspend', 9, 9)]
# Each on a host of its own: they end what the others need.
ALONE = [powering('libvirt-destroy', 3, 3), powering('libvirt-managedsave', 6, 6), shutdown]


def on_host(name, calls):
    sim = Sim(SIM, name)
    try:
        for call in calls:
            try:
                call(sim)
            except Exception as error:
                raise AssertionError(f'{call.__name__} on {name}') from error
    finally:
        sim.close()


def player(name):
    def test():
        on_host(name, CALLS)
        for call in ALONE:
            on_host(name, [call])
    test.__doc__ = f'Host {name} answers what libvirt sends, in the form that it needs'
    return test


tap.run([player(name) for name in RELEASES])
