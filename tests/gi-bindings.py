# SPDX-License-Identifier: LGPL-2.1-or-later
"""Both libraries from Python, through GObject-Introspection."""
import gi

import tap

gi.require_version('Hyperv', '1.0')
gi.require_version('HypervSim', '1.0')
from gi.repository import GLib, Hyperv, HypervSim  # noqa: E402


def lists_vms():
    """Lists the VMs of a simulated host in eight lines."""
    sim = HypervSim.Host.new('2019')
    sim.start()
    who = Hyperv.Credentials.new('administrator', sim.get_password())
    host = Hyperv.Host.open(sim.get_uri(), who, None)
    names = [vm.dup_name() for vm in host.list_vms(None)]
    sim.stop()
    assert 'web01' in names and len(names) == 6, names


def errors_are_errors():
    """A failure is a GLib.Error of HYPERV_ERROR with its code."""
    sim = HypervSim.Host.new('2019')
    sim.start()
    host = Hyperv.Host.open(sim.get_uri(),
                            Hyperv.Credentials.new('administrator', sim.get_password()), None)
    try:
        host.find_vm('nobody', None)
    except GLib.Error as error:
        assert error.matches(Hyperv.error_quark(), Hyperv.Error.NOT_FOUND), error
    else:
        raise AssertionError('no error')
    finally:
        sim.stop()


def any_class():
    """Any WMI class can be asked for, and its properties read."""
    sim = HypervSim.Host.new('2016')
    sim.start()
    host = Hyperv.Host.open(sim.get_uri(),
                            Hyperv.Credentials.new('administrator', sim.get_password()), None)
    rows = host.get_session().query('root/cimv2', 'SELECT * FROM Win32_OperatingSystem', None)
    assert rows[0].get_string('Version') == '10.0.14393'
    sim.stop()


tap.run([lists_vms, errors_are_errors, any_class])
