# SPDX-License-Identifier: LGPL-2.1-or-later
"""The code blocks of README.md and of the how-to pages work as pasted."""
import os
import re
import subprocess
import sys
import tempfile

import tap

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD, INTROSPECTION, SANITIZE = sys.argv[1:4]


def blocks(language, name='README.md'):
    with open(os.path.join(ROOT, name), encoding='utf-8') as file:
        return re.findall(rf'^```{language}\n(.*?)^```$', file.read(), re.S | re.M)


def run(command, **more):
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(('HYPERV_', 'LIBVIRT_'))}
    env['PATH'] = os.path.join(BUILD, 'tools') + ':' + env['PATH']
    env['LD_LIBRARY_PATH'] = ':'.join(os.path.join(BUILD, part)
                                      for part in ('client', 'simulator'))
    env['GI_TYPELIB_PATH'] = env['LD_LIBRARY_PATH']
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, check=False, **more)
    assert done.returncode == 0, (command, done.returncode, done.stdout, done.stderr)
    return done.stdout


def shell_blocks():
    """The shell blocks run."""
    found = blocks('sh')
    assert len(found) == 14, len(found)
    outputs = [run(['sh', '-e', '-c', block]) for block in found]
    assert 'web01' in outputs[0], outputs[0]
    assert '603009600' in outputs[1], outputs[1]
    assert '"running"' in outputs[2], outputs[2]
    assert 'IdentifyResponse' in outputs[3], outputs[3]
    assert 'it has expired' in outputs[4] and 'E_ACCESSDENIED' in outputs[4], outputs[4]
    for output, expected in zip(outputs[5:], (
            '"state":"running"', 'vm-state    POST /v1/vms/{vm}/state', '"count":1',
            'not enough space', '"mode":"stepped"', 'running', '10.0.14393', 'needs a token',
            'the same')):
        assert expected in output, (expected, output)


def compiled(text):
    """Compiles a program and runs it."""
    with tempfile.TemporaryDirectory() as folder:
        source, program = (os.path.join(folder, name) for name in ('test.c', 'test'))
        with open(source, 'w', encoding='utf-8') as file:
            file.write(text)
        flags = subprocess.run(['pkg-config', '--cflags', '--libs', 'gio-2.0'], check=True,
                               capture_output=True, text=True).stdout.split()
        sanitize = [] if SANITIZE == 'none' else [f'-fsanitize={SANITIZE}']
        run(['cc', '-Wall', '-Werror', *sanitize, source, '-o', program, '-I' + ROOT,
             '-I' + ROOT + '/client',
             '-I' + ROOT + '/simulator', '-L' + BUILD + '/client', '-L' + BUILD + '/simulator',
             '-lhyperv-glib-1.0', '-lhyperv-sim-1.0', *flags])
        run([program])


def c_block():
    """The block in C compiles and runs."""
    found = blocks('c')
    assert len(found) == 1, found
    compiled(found[0])


def first_test():
    """The page of the first test: what the shell runs, and what compiles"""
    outputs = [run(['sh', '-e', '-c', block]) for block in blocks('sh', 'docs/first-test.md')]
    for output, expected in zip(outputs, ('web01', '"off"', ''), strict=True):
        assert expected in output, (expected, output)
    found = blocks('c', 'docs/first-test.md')
    assert len(found) == 1, found
    compiled(found[0])


def first_test_in_python():
    """The page of the first test: what pytest runs, with the command that it says"""
    if subprocess.run(['/usr/bin/python3', '-c', 'import pytest, winrm'], check=False,
                      stderr=subprocess.DEVNULL).returncode != 0:
        raise tap.Skip('python3-pytest and python3-winrm are not installed')
    with open(os.path.join(ROOT, 'docs/first-test.md'), encoding='utf-8') as file:
        command, = re.findall(r'^    (hyperv-sim .* pytest)$', file.read(), re.M)
    found = blocks('python', 'docs/first-test.md')
    assert len(found) == 1, found
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'test_first.py'), 'w', encoding='utf-8') as file:
            file.write(found[0])
        output = run(['sh', '-c', command.replace('python3', '/usr/bin/python3')], cwd=folder)
    assert '2 passed' in output, output


def trust_and_logins():
    """The page of trust and logins: what the shell runs, and what is a part of a program"""
    outputs = [run(['sh', '-e', '-c', block]) for block in blocks('sh', 'docs/trust-and-logins.md')]
    assert len(outputs) == 1 and 'not safe enough' in outputs[0], outputs
    assert 'web01' in outputs[0], outputs
    found = blocks('c', 'docs/trust-and-logins.md')
    assert len(found) == 1, found
    compiled('#include <hyperv.h>\n\nint\nmain (void)\n{\n  const char *password = "";\n\n'
             + found[0].replace('hv01.example/?cacert=our-ca.pem', '127.0.0.1:1/') + '}\n')


def python_block():
    """The block in Python runs, and tells that the outcome is not known."""
    found = blocks('python')
    assert len(found) == 1, found
    output = run(['/usr/bin/python3', '-c', found[0]])
    assert 'RequestStateChange' in output, output


# The build with introspection runs the block that needs it.
tap.run([shell_blocks, c_block, first_test, first_test_in_python, trust_and_logins]
        + ([python_block] if INTROSPECTION == 'true' else []))
