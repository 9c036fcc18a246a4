# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is shipped: Debian packages in a bare Debian, the tarball, the unit of systemd, the
Containerfile and the job for CI.

The first two take minutes, download a Debian and need root and a clone, so they run with
HYPERV_TEST_PACKAGING=1 only.

usage: packaging.py HYPERV_SIM"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

import tap

SIM = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PACKAGING = os.path.join(ROOT, 'tools', 'packaging')
# What whoever runs the tests has set for his own builds is not what is built here.
ENV = {name: value for name, value in os.environ.items()
       if not name.startswith(('HYPERV_', 'LIBVIRT_', 'MESON', 'DESTDIR', 'MAKEFLAGS', 'CFLAGS',
                               'LDFLAGS', 'G_DEBUG', 'MALLOC_PERTURB_', 'ASAN', 'LSAN', 'UBSAN'))}
ENV['DEB_BUILD_OPTIONS'] = 'noautodbgsym'  # nobody debugs these, and they take long
EXPOSURE_MAX = 20  # tenths, of what systemd-analyze security calls exposure


def read(*parts):
    with open(os.path.join(*parts), encoding='utf-8') as file:
        return file.read()


def run(*command, cwd=ROOT):
    done = subprocess.run(command, cwd=cwd, env=ENV, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=400,
                          check=False)
    assert done.returncode == 0, (command, done.returncode, done.stdout[-4000:])
    return done.stdout


def wanted(*programs):
    """Skips what cannot be done here."""
    for program in programs:
        if not shutil.which(program):
            raise tap.Skip(f'{program} is not installed')
    if not os.path.exists(os.path.join(ROOT, '.git')):
        raise tap.Skip('this is no clone')


def debian_packages():
    """The Debian packages are built, and work in a bare Debian"""
    wanted('dpkg-buildpackage', 'dh', 'debootstrap')
    if os.geteuid() != 0:
        raise tap.Skip('debootstrap needs root')
    with tempfile.TemporaryDirectory() as folder:
        run(os.path.join(PACKAGING, 'build-deb'), folder)
        names = {os.path.basename(path).split('_')[0]
                 for path in glob.glob(os.path.join(folder, '*.deb'))}
        declared = set(re.findall(r'^Package: (.*)$', read(PACKAGING, 'debian', 'control'), re.M))
        assert names == declared, names
        output = run(os.path.join(PACKAGING, 'check-deb'), folder)
        for expected in ('web01', 'hyperv://', 'man pages:'):
            assert expected in output, (expected, output)


def tarball():
    """What `meson dist` makes configures elsewhere, and builds both libraries"""
    wanted('meson', 'ninja', 'git')
    with tempfile.TemporaryDirectory() as folder:
        run('git', 'clone', '--quiet', '--no-hardlinks', ROOT, os.path.join(folder, 'clone'))
        plain = ('-Dtests=false', '-Dintrospection=disabled', '-Doptimization=0')
        run('meson', 'setup', *plain, 'build', cwd=os.path.join(folder, 'clone'))
        run('meson', 'dist', '-C', 'build', '--no-tests', cwd=os.path.join(folder, 'clone'))
        found = glob.glob(os.path.join(folder, 'clone', 'build', 'meson-dist', '*.tar.xz'))
        assert len(found) == 1, found
        with tarfile.open(found[0]) as file:
            file.extractall(os.path.join(folder, 'elsewhere'))
        shutil.rmtree(os.path.join(folder, 'clone'))
        source, = glob.glob(os.path.join(folder, 'elsewhere', '*'))
        run('meson', 'setup', *plain, 'build', cwd=source)
        run('ninja', '-C', 'build', 'client/libhyperv-glib-1.0.so.0.1.0',
            'simulator/libhyperv-sim-1.0.so.0.1.0', cwd=source)


def unit():
    """systemd takes the unit, and what it may do is little"""
    if not shutil.which('systemd-analyze'):
        raise tap.Skip('systemd-analyze is not installed')
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'hyperv-sim.service')
        text = read(PACKAGING, 'hyperv-sim.service')
        assert '/usr/bin/hyperv-sim' in text and 'man:hyperv-sim(1)' in text
        with open(path, 'w', encoding='utf-8') as file:
            file.write(re.sub('^Documentation=.*', '', text, flags=re.M)
                       .replace('/usr/bin/hyperv-sim', SIM))
        assert run('systemd-analyze', 'verify', path) == ''
        run('systemd-analyze', 'security', '--offline=true', f'--threshold={EXPOSURE_MAX}', path)


def options():
    """The unit, the Containerfile and the job for CI start it with options that there are"""
    told = set(re.findall(r'^  (?:-\w, )?(--[\w-]+)', run(SIM, '--help'), re.M))
    lines = {'hyperv-sim.service': r'^ExecStart=(.*)$', 'Containerfile': r'^CMD (.*)$',
             'ci-snippet.yml': r'run: (hyperv-sim .*?) -- '}
    for name, pattern in lines.items():
        line, = re.findall(pattern, read(PACKAGING, name), re.M)
        used = set(re.findall(r'--[a-z][\w-]*', line))
        assert used and used <= told, (name, used - told)


def files():
    """What the Containerfile and the job for CI name is there"""
    declared = re.findall(r'^Package: (.*)$', read(PACKAGING, 'debian', 'control'), re.M)
    for name in ('Containerfile', 'ci-snippet.yml'):
        text = read(PACKAGING, name)
        tools = re.findall(r'\btools/packaging/?[\w-]*', text)
        assert tools and all(os.path.exists(os.path.join(ROOT, tool)) for tool in tools), tools
        packages = re.findall(r'\./([\w.-]+)_\*\.deb', text)
        assert set(packages) <= set(declared), packages
    assert re.search(r'^USER (?!root)', read(PACKAGING, 'Containerfile'), re.M)


LONG = [tarball, debian_packages] if os.environ.get('HYPERV_TEST_PACKAGING') == '1' else []
tap.run([unit, options, files, *LONG])
