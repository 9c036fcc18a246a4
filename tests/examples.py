# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example suites pass, each copied to a folder of its own, with nothing but what is installed,
and started with the command that its first lines tell.

usage: examples.py BUILD PREFIX BINDIR LIBDIR INTROSPECTION"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

import tap
from prefix import ENV, Prefix

BUILD, PREFIX, BINDIR, LIBDIR, INTROSPECTION = sys.argv[1:6]
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'examples')
COMMAND = re.compile(r'^(?: \*|#|//|)(?: {3,4}|\t)(\S.*)$', re.M)
README = os.path.join(os.path.dirname(os.path.dirname(FOLDER)), 'README.md')


def environment(prefix):
    """What README.md says to export for a prefix that is not the system's."""
    libdir = os.path.join(prefix, LIBDIR)
    pkgconfig = os.path.join(libdir, 'pkgconfig')
    for name in os.listdir(pkgconfig):  # it was moved
        with open(os.path.join(pkgconfig, name), 'r+', encoding='utf-8') as file:
            text = file.read()
            file.seek(0)
            file.truncate()
            file.write(re.sub('^prefix=.*', 'prefix=' + prefix, text, flags=re.M))
    return {**ENV, 'PATH': os.path.join(prefix, BINDIR) + ':/usr/bin:' + ENV['PATH'],
            'PKG_CONFIG_PATH': pkgconfig, 'LD_LIBRARY_PATH': libdir,
            'GI_TYPELIB_PATH': os.path.join(libdir, 'girepository-1.0'),
            'GOPATH': '/usr/share/gocode', 'GO111MODULE': 'off', 'GOFLAGS': '',
            'GOCACHE': os.path.join(BUILD, 'tests', 'go-cache')}


def suite(name, *passed):
    """Runs a copy of it; @passed are patterns of its output."""
    with open(os.path.join(FOLDER, name), encoding='utf-8') as file:
        command = COMMAND.search(file.read()).group(1)
    with open(README, encoding='utf-8') as file:
        assert f'`{command}`' in file.read(), f'README.md does not say: {command}'
    with Prefix(BUILD, PREFIX) as prefix, tempfile.TemporaryDirectory() as copy:
        shutil.copy(os.path.join(FOLDER, name), copy)
        done = subprocess.run(['sh', '-c', command], cwd=copy, env=environment(prefix),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=280, check=False)
    assert done.returncode == 0, (command, done.returncode, done.stdout[-4000:])
    for pattern in passed:
        assert re.search(pattern, done.stdout, re.M), (pattern, done.stdout[-4000:])


def needs(module, package):
    """A module of Debian's Python."""
    if subprocess.run(['/usr/bin/python3', '-c', 'import ' + module], capture_output=True,
                      check=False).returncode != 0:
        raise tap.Skip(f'{package} is not installed')


def in_c():
    """C: GTest, the host in the process of the test"""
    suite('suite.c', '^1[.][.]4$', '^ok 1 ', '^ok 4 ')


def in_python_over_http():
    """Python: pytest and pywinrm, the host a program"""
    needs('pytest', 'python3-pytest')
    needs('winrm', 'python3-winrm')
    suite('test_http.py', '6 passed')


def in_python_in_process():
    """Python: unittest, the host in the process of the test through GObject-Introspection"""
    if INTROSPECTION != 'true':
        raise tap.Skip('built without introspection')
    needs('gi', 'python3-gi')
    suite('test_in_process.py', '^Ran 4 tests', '^OK$')


def in_go():
    """Go: net/http and masterzen/winrm, the host a program"""
    if not shutil.which('go'):
        raise tap.Skip('golang-go is not installed')
    if not os.path.isdir('/usr/share/gocode/src/github.com/masterzen/winrm'):
        raise tap.Skip('golang-github-masterzen-winrm-dev is not installed')
    suite('suite_test.go', '^--- PASS: TestSaysHowMuchIsFree', '^ok ')


def in_shell():
    """Shell: curl and hyperv, the host a program"""
    suite('suite.sh', '^ok 4 ', '^1[.][.]4$')


tap.run([in_c, in_python_over_http, in_python_in_process, in_go, in_shell])
