# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the libraries export and import, held against lists and rules."""
import os
import re
import subprocess
import sys

import tap

CLIENT, SIMULATOR = sys.argv[1:3]
HERE = os.path.dirname(os.path.abspath(__file__))


def symbols(library, *options):
    text = subprocess.run(['nm', '-D', '--format=posix', *options, library], check=True,
                          capture_output=True, text=True).stdout
    return sorted(line.split()[0].split('@')[0] for line in text.splitlines())


def compare(library, name):
    with open(os.path.join(HERE, name), encoding='ascii') as file:
        expected = [line.strip() for line in file if line.strip() and not line.startswith('#')]
    found = symbols(library, '--defined-only')
    assert found == expected, (f'not in {name}: {sorted(set(found) - set(expected))}; '
                               f'not in the library: {sorted(set(expected) - set(found))}')


def client_exports():
    """libhyperv-glib exports what its list says."""
    compare(CLIENT, 'exports-hyperv-glib.txt')


def simulator_exports():
    """libhyperv-sim exports what its list says, and only hyperv_sim_*."""
    compare(SIMULATOR, 'exports-hyperv-sim.txt')
    others = [name for name in symbols(SIMULATOR, '--defined-only')
              if not name.startswith('hyperv_sim_')]
    assert not others, others


def simulator_imports():
    """libhyperv-sim takes hyperv_cim_* and hyperv_clock_* from the client, and nothing else."""
    client = set(symbols(CLIENT, '--defined-only'))
    taken = [name for name in symbols(SIMULATOR, '--undefined-only') if name in client]
    others = [name for name in taken if not re.match('hyperv_(cim|clock)_', name)]
    assert taken and not others, others


def one_copy_of_cim():
    """The types of CIM exist once: the simulator has no copy of them."""
    names = subprocess.run(['nm', '--format=posix', SIMULATOR], check=True, capture_output=True,
                           text=True).stdout
    copies = re.findall(r'^(hyperv_cim_\S+) [tT] ', names, re.M)
    assert not copies, copies


tap.run([client_exports, simulator_exports, simulator_imports, one_copy_of_cim])
