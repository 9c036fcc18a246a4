# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests say to simulators and these to them is as Windows has it (tools/check-transcript)."""
import os
import re
import subprocess
import sys
import tempfile

import tap

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, 'tools'))
from judge import wire  # noqa: E402

HYPERV, SIM, *STORIES = sys.argv[1:]
PYTHON = sys.executable
CAPTURES = os.path.join(ROOT, 'fixtures/captures')
HEAD = re.compile(rb'^######## request \d+: head (\d+) bytes, body (\d+) bytes\n', re.MULTILINE)
CONTEXT = re.compile(rb'(EnumerationContext[^>]*>)[^<]*<')
QUERIES = ('Msvm_ComputerSystem', 'Msvm_VirtualSystemSettingData', 'CIM_ManagedElement',
           'CIM_Dependency', 'CIM_Component')


def judged(*programs, least=1):
    """Runs programs, or calls functions, with a folder for exchanges; nothing may be wrong."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ['HYPERV_SIM_EXCHANGES'] = folder
        try:
            for program in programs:
                if callable(program):
                    program()
                    continue
                done = subprocess.run(program, capture_output=True, text=True, timeout=300,
                                      stdin=subprocess.DEVNULL, check=False)
                assert done.returncode == 0, (program, done.stdout, done.stderr)
        finally:
            del os.environ['HYPERV_SIM_EXCHANGES']
        done = subprocess.run([os.path.join(ROOT, 'tools/check-transcript'), folder], text=True,
                              capture_output=True, timeout=300, check=False)
    last = done.stdout.splitlines()[-1]
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(last.split()[0]) >= least, last


def stories():
    """The stories of the client."""
    judged(*([story] for story in STORIES), least=100)


def programs():
    """The two programs as a user meets them."""
    judged([PYTHON, os.path.join(ROOT, 'tests/cli.py'), HYPERV, SIM], least=40)


def every_class():
    """Every instance of the hosts, whole."""
    script = ''.join(f'"$0" query "SELECT * FROM {name}" >/dev/null\n' for name in QUERIES)
    script += '"$0" query "SELECT * FROM Win32_OperatingSystem" root/cimv2 >/dev/null\n'
    judged(*([SIM, '--quiet', '--host', host, '--vms', '3', '--', 'sh', '-ec', script, HYPERV]
             for host in ('2012r2', '2016', '2019')), least=50)


def requests_of(data):
    """(head, body) of each captured request."""
    for match in HEAD.finditer(data):
        middle = match.end() + int(match.group(1))
        yield data[match.end():middle], data[middle:middle + int(match.group(2))]


def replay(name):
    """A captured session, with the contexts that this host gives."""
    with open(os.path.join(CAPTURES, name), 'rb') as file:
        data = file.read()
    with wire.Simulator(SIM) as simulator:
        context = b'uuid:00000000-0000-0000-0000-000000000000'
        for head, body in requests_of(data):
            # WinRM closes after a refusal; http.client connects again.
            login = {} if b'\nAuthorization:' in head else {'Authorization': None}
            if b'WSMANIDENTIFY' in head:
                login['WSMANIDENTIFY'] = 'unauthenticated'
            body = CONTEXT.sub(rb'\1' + context + b'<', body)
            _, reply = simulator.post(body, User_Agent='captured', **login)
            given = CONTEXT.search(reply)
            if given:
                context = reply[given.end(1):given.end() - 1] or context


def foreign_clients():
    """Replies to every captured request of clients that nobody here wrote, faults too."""
    names = sorted(name for name in os.listdir(CAPTURES) if name.endswith('.txt'))
    judged(*((lambda name=name: replay(name)) for name in names), least=200)


tap.run([stories, programs, every_class, foreign_clients])
