# SPDX-License-Identifier: MIT-0
"""A test suite in Python, for copying: the simulated host lives in the process of the test.

    python3 -m unittest -v test_in_process.py

It needs python3-gi and libraries that were built with -Dintrospection=enabled.
"""
import json
import unittest

import gi
gi.require_version('Hyperv', '1.0')
gi.require_version('HypervSim', '1.0')
from gi.repository import GLib, Hyperv, HypervSim  # noqa: E402


def ensure_running(host, name):
    """What is tested. Here it would be your code, and this file would import it."""
    vm = host.find_vm(name, None)
    if vm.get_state() != Hyperv.VmState.RUNNING:
        vm.start(None)


class EnsureRunning(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = HypervSim.Site.new()
        cls.sim = HypervSim.Host.new('2019')
        cls.site.add_host(cls.sim)
        cls.site.start()

    @classmethod
    def tearDownClass(cls):
        cls.site.stop()

    def call(self, verb, **arguments):
        """Any call of the control API: `hyperv-sim --verbs` lists them."""
        return json.loads(self.site.do(json.dumps({'do': verb, **arguments})))

    def setUp(self):
        self.call('reset')
        who = Hyperv.Credentials.new(self.sim.get_user(), self.sim.get_password())
        self.host = Hyperv.Host.open(self.sim.get_uri(), who, None)

    def tearDown(self):
        self.call('leaks-none')

    def state(self, name):
        return self.call('vm', vm=name)['state']

    def test_starts_what_is_off(self):
        self.assertEqual(self.state('db01'), 'off')
        ensure_running(self.host, 'db01')
        self.assertEqual(self.state('db01'), 'running')
        self.call('journal-expect', method='RequestStateChange', exactly=1)

    def test_leaves_alone_what_runs(self):
        self.call('vm-state', vm='db01', state='running')
        ensure_running(self.host, 'db01')
        self.call('journal-expect', operation='Invoke', exactly=0)

    def test_tells_that_the_disk_is_full(self):
        self.call('failure-add', filter='cause', cause='disk-full', method='RequestStateChange')
        with self.assertRaises(GLib.Error) as caught:
            ensure_running(self.host, 'db01')
        self.assertTrue(caught.exception.matches(Hyperv.error_quark(),
                                                 Hyperv.Error.OPERATION_FAILED))
        self.assertEqual(self.state('db01'), 'off')

    def test_does_not_start_twice(self):
        self.call('failure-add', filter='lost-reply', method='RequestStateChange', count=1)
        with self.assertRaises(GLib.Error) as caught:
            ensure_running(self.host, 'db01')
        self.assertTrue(caught.exception.matches(Hyperv.error_quark(),
                                                 Hyperv.Error.UNKNOWN_OUTCOME))
        self.call('clock-run')
        ensure_running(self.host, 'db01')
        self.call('journal-expect', method='RequestStateChange', exactly=1)


if __name__ == '__main__':
    unittest.main()
