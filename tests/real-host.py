# SPDX-License-Identifier: LGPL-2.1-or-later
"""The stories at a host by its URI, as one would run them at a real one.

usage: real-host.py HYPERV_SIM STORIES_REAL STORIES...

The host is a stand-alone hyperv-sim here: one that is as shipped, and one that says it is of
another release than its schema is of, so that there is something to list."""
import os
import shutil
import subprocess
import sys
import tempfile

import tap
from hostfolder import HOSTS

SIM, REAL, *OTHERS = sys.argv[1:]
# The program runs inside of `hyperv-sim --`, which says how to reach the host.
SCRIPT = 'HYPERV_TEST_URI="$HYPERV_URI" exec "$0" --tap'


def run(host, program, more=None):
    """Exit code and output of the stories."""
    env = {key: value for key, value in os.environ.items()
           if not key.startswith(('HYPERV_', 'LIBVIRT_'))}
    done = subprocess.run([SIM, '--host', host, '--quiet', '--', 'sh', '-c', SCRIPT, program],
                          env={**env, **(more or {})}, capture_output=True, text=True,
                          timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def reading():
    """They read, change nothing, and find nothing else than the simulator of that release has."""
    for host in ('2012r2', '2022'):
        code, output = run(host, REAL)
        assert code == 0, output
        assert '0 differences from the simulated host' in output, output
        assert 'power # SKIP changes a virtual machine' in output, output


def changing():
    """They change one virtual machine when they may, and leave it off."""
    code, output = run('2025', REAL, {'HYPERV_TEST_DESTRUCTIVE': '1', 'HYPERV_TEST_VM': 'db01'})
    assert code == 0 and 'ok 6 /stories/real/power\n' in output, output
    code, output = run('2025', REAL, {'HYPERV_TEST_DESTRUCTIVE': '1', 'HYPERV_TEST_VM': 'web01'})
    assert code == 0 and 'power # SKIP the virtual machine of HYPERV_TEST_VM is not off' in output


def differing():
    """What the host has more or less is a list of class, property and what."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ('model', 'vms', '2019'):
            shutil.copytree(os.path.join(HOSTS, name), os.path.join(folder, name))
        settings = os.path.join(folder, '2019', 'host.ini')
        with open(settings, encoding='utf-8') as file:
            text = file.read()
        with open(settings, 'w', encoding='utf-8') as file:
            file.write(text.replace('10.0.17763', '10.0.20348').replace('=17763', '=20348'))
        code, output = run(os.path.join(folder, '2019'), REAL)
    rows = [line.split('\t')[1:] for line in output.splitlines() if line.startswith('# differs\t')]
    assert code == 0 and rows, output
    assert all(len(row) == 3 for row in rows), rows
    assert {row[2] for row in rows} == {'only in the simulator, or null there'}, rows
    assert f'# {len(rows)} differences from the simulated host' in output, output


def the_others_wait():
    """Stories about the six shipped virtual machines are not told of somebody's host."""
    for program in OTHERS:
        code, output = run('2019', program)
        assert code == 0 and '1..0 # SKIP' in output, output


tap.run([reading, changing, differing, the_others_wait])
