# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example suites pass, each copied to a folder of its own, with nothing but what is installed,
and started with the command that its first lines tell.

usage: examples.py BUILD PREFIX BINDIR LIBDIR INTROSPECTION"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import tap
from prefix import ENV, Prefix, relocated, run

BUILD, PREFIX, BINDIR, LIBDIR, INTROSPECTION = sys.argv[1:6]
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'examples')
ROOT = os.path.dirname(os.path.dirname(FOLDER))
COMMAND = re.compile(r'^(?: \*|#|//|)(?: {3,4}|\t)(\S.*)$', re.M)
README = os.path.join(ROOT, 'README.md')
PAGE = os.path.join(ROOT, 'docs', 'coming-from.md')
OPENAPI = os.path.join(ROOT, 'simulator', 'control', 'openapi.json')
QUOTED = {'c': 'suite.c', 'python': 'test_http.py', 'go': 'suite_test.go'}


def read(*parts):
    with open(os.path.join(*parts), encoding='utf-8') as file:
        return file.read()


def environment(prefix):
    """What README.md says to export for a prefix that is not the system's."""
    libdir = os.path.join(prefix, LIBDIR)
    pkgconfig = relocated(os.path.join(libdir, 'pkgconfig'), prefix)
    return {**ENV, 'PATH': os.path.join(prefix, BINDIR) + ':/usr/bin:' + ENV['PATH'],
            'PKG_CONFIG_PATH': pkgconfig, 'LD_LIBRARY_PATH': libdir,
            'GI_TYPELIB_PATH': os.path.join(libdir, 'girepository-1.0'),
            'GOPATH': '/usr/share/gocode', 'GO111MODULE': 'off', 'GOFLAGS': '',
            'GOCACHE': os.path.join(BUILD, 'tests', 'go-cache')}


def suite(name, *passed):
    """Runs a copy of it; @passed are patterns of its output."""
    command = COMMAND.search(read(FOLDER, name)).group(1)
    assert f'`{command}`' in read(README), f'README.md does not say: {command}'
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


def page():
    """Those who come from elsewhere read what the suites say, commands that run, calls that are"""
    text = read(PAGE)
    blocks = re.findall(r'^```(\w+)\n(.*?)^```$', text, re.S | re.M)
    assert [name for name, _ in blocks] == ['sh', 'go', 'sh', 'python', 'c'], blocks
    with Prefix(BUILD, PREFIX) as prefix:
        outputs = [run(['sh', '-e', '-c', block], **environment(prefix))
                   for name, block in blocks if name == 'sh']
    assert 'web01' in outputs[0] and outputs[0].count('\n') > 8, outputs[0]
    assert 'refused' in outputs[1] and '"count":1' in outputs[1], outputs[1]
    for name, block in blocks:
        assert name == 'sh' or block in read(FOLDER, QUOTED[name]), block
    paths = json.loads(read(OPENAPI))['paths']
    calls = re.findall(r'`(GET|POST|PATCH|DELETE) (/v1/\w[^`?…]*)', text)
    assert len(calls) > 10, calls
    for method, path in calls:
        assert method.lower() in paths.get(path, {}), (method, path)


tap.run([in_c, in_python_over_http, in_python_in_process, in_go, in_shell, page])
