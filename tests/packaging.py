# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is shipped: the tarball, the Debian packages made of it in a bare Debian, the unit of
systemd, the Containerfile and the job for CI.

What downloads a Debian and takes minutes is done with CI=true, and with HYPERV_TEST_PACKAGING=1.

usage: packaging.py HYPERV_SIM"""
import ctypes.util
import glob
import json
import os
import re
import shlex
import shutil
import ssl
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request

import confine
import tap

SIM = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PACKAGING = os.path.join(ROOT, 'tools', 'packaging')
# What whoever runs the tests has set for his own builds is not what is built here.
ENV = {name: value for name, value in os.environ.items()
       if not name.startswith(('HYPERV_', 'LIBVIRT_', 'MESON', 'DESTDIR', 'MAKEFLAGS', 'CFLAGS',
                               'LDFLAGS', 'G_DEBUG', 'MALLOC_PERTURB_', 'ASAN', 'LSAN', 'UBSAN'))}
ENV['DEB_BUILD_OPTIONS'] = 'noautodbgsym'  # nobody debugs these, and they take long
# The tarball is made in a repository of the test's own.
ENV.update({f'GIT_{who}_{what}': 'nobody@localhost' for who in ('AUTHOR', 'COMMITTER')
            for what in ('NAME', 'EMAIL')})
ASKED_FOR = any(os.environ.get(name) == value
                for name, value in (('CI', 'true'), ('HYPERV_TEST_PACKAGING', '1')))
EXPOSURE_MAX = 20  # tenths, of what systemd-analyze security calls exposure


def read(*parts):
    with open(os.path.join(*parts), encoding='utf-8') as file:
        return file.read()


def run(*command, cwd=ROOT):
    done = subprocess.run(command, cwd=cwd, env=ENV, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, (command, done.returncode, done.stdout[-4000:])
    return done.stdout


def fetch(address, data=None, authority=None, status=200):
    """What is at an address that has a certificate of that authority."""
    context = ssl.create_default_context(cafile=authority) if authority else None
    try:
        with urllib.request.urlopen(address, data, timeout=60, context=context) as reply:
            found, text = reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        found, text = error.code, ''
    assert found == status, (address, found)
    return text


def wanted(*programs):
    """Skips what cannot be done here."""
    for program in programs:
        if not shutil.which(program):
            raise tap.Skip(f'{program} is not installed')


def tree(folder):
    """Every file and link below a folder, with what is in it."""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            file = os.path.join(path, name)
            with open(file, 'rb') as stream:
                found[os.path.relpath(file, folder)] = stream.read()
    return found


def repository(folder):
    """Makes a repository of what lies in a folder, whoever owns the one that it comes from."""
    run('git', 'init', '--quiet', folder)
    run('git', 'add', '--all', '--force', cwd=folder)
    run('git', 'commit', '--quiet', '--no-gpg-sign', '--message', 'all', cwd=folder)


def sources():
    """Of a clone, whoever owns it, what is committed is packaged; elsewhere all that lies there"""
    wanted('git')
    with tempfile.TemporaryDirectory() as folder:
        clone, without, out = (os.path.join(folder, name) for name in ('clone', 'without', 'out'))
        run(os.path.join(PACKAGING, 'export'), without)
        shutil.copytree(without, clone, symlinks=True)
        repository(clone)
        run('git', 'checkout', '--quiet', '--detach', cwd=clone)
        for place in (clone, without):
            with open(os.path.join(place, 'left-over'), 'w', encoding='utf-8') as file:
                file.write('not committed')
        if os.geteuid() == 0:
            for path in [clone, os.path.join(clone, '.git')]:
                os.chown(path, 65534, 65534)
        for place in (clone, without):
            run(os.path.join(place, 'tools/packaging/export'), os.path.join(out, place[1:]))
        expected = tree(without)
        assert tree(os.path.join(out, without[1:])) == expected
        del expected['left-over']
        assert tree(os.path.join(out, clone[1:])) == expected


def tarball(folder):
    """Makes the tarball, and gives where it is unpacked."""
    clone = os.path.join(folder, 'clone')
    run(os.path.join(PACKAGING, 'export'), clone)
    expected = tree(clone)
    repository(clone)
    run('meson', 'setup', '-Dtests=false', '-Dintrospection=disabled', 'build', cwd=clone)
    run('meson', 'dist', '-C', 'build', '--no-tests', cwd=clone)
    found, = glob.glob(os.path.join(clone, 'build', 'meson-dist', '*.tar.xz'))
    with tarfile.open(found) as file:
        file.extractall(os.path.join(folder, 'elsewhere'))
    shutil.rmtree(clone)
    source, = glob.glob(os.path.join(folder, 'elsewhere', '*'))
    assert tree(source) == expected
    return source


def packages():
    """The tarball of meson dist becomes Debian packages, and these work in a bare Debian"""
    if not ASKED_FOR:
        raise tap.Skip('takes minutes and downloads a Debian: HYPERV_TEST_PACKAGING=1 asks for it')
    wanted('git', 'meson', 'ninja', 'dpkg-buildpackage', 'dh')
    with tempfile.TemporaryDirectory() as folder:
        source, out = tarball(folder), os.path.join(folder, 'packages')
        # Tests with deadlines run beside it.
        run('nice', os.path.join(source, 'tools/packaging/build-deb'), out, cwd=folder)
        names = {os.path.basename(path).split('_')[0]
                 for path in glob.glob(os.path.join(out, '*.deb'))}
        declared = set(re.findall(r'^Package: (.*)$', read(PACKAGING, 'debian', 'control'), re.M))
        assert names == declared, names
        wanted('debootstrap')
        if os.geteuid() != 0:
            raise tap.Skip('the packages are built, but debootstrap needs root')
        output = run('nice', os.path.join(PACKAGING, 'check-deb'), out)
        for expected in ('web01', 'hyperv://', '/man7/hyperv-sim-scenario.7', 'db01: '):
            assert expected in output, (expected, output)


def removal():
    """A root file system in which something is mounted is not removed"""
    alone = ('unshare', '--mount', '--propagation', 'private')
    remove = os.path.join(PACKAGING, 'remove-root')
    wanted('unshare')
    if subprocess.run([*alone, 'true'], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        raise tap.Skip('nothing may be mounted here')
    with tempfile.TemporaryDirectory() as folder:
        root = os.path.join(folder, 'root')
        os.makedirs(os.path.join(root, 'dev'))
        # What is mounted is seen by this one shell only.
        output = run(*alone, 'sh', '-e', '-c', 'mount -t tmpfs none "$1/dev"; touch "$1/dev/null"\n'
                     '! "$0" "$1" 2>&1; test -e "$1/dev/null"', remove, root)
        assert f'{root}/dev' in output, output
        run(remove, root)
        assert os.listdir(folder) == []


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


def serves():
    """With the system calls and rights that the unit leaves it, what the unit starts serves"""
    wanted('systemd-analyze')
    if not ctypes.util.find_library('seccomp'):
        raise tap.Skip('libseccomp is not installed')
    text = read(PACKAGING, 'hyperv-sim.service')
    with tempfile.TemporaryDirectory() as folder:
        line, = confine.settings(text, 'ExecStart')
        command = shlex.split(line.replace('${RUNTIME_DIRECTORY}', folder)
                              .replace('/usr/bin/hyperv-sim', SIM))
        env = {**ENV, 'TMPDIR': folder, 'G_DEBUG': 'fatal-warnings'}
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True,
                              preexec_fn=lambda: confine.confine(text)) as process:
            ready = dict(word.split('=', 1) for word in shlex.split(process.stdout.readline()))
            try:
                assert '"db01"' in fetch(ready['HYPERV_SIM_CONTROL'] + '/vms')
                fetch(ready['HYPERV_SIM_ENDPOINT'], b'', ready['HYPERV_CA'], status=401)
                path = os.path.join(folder, 'ready.json')
                assert os.stat(path).st_mode & 0o077 == 0
                assert json.loads(read(path))['HYPERV_SIM_ENDPOINT'] == ready['HYPERV_SIM_ENDPOINT']
            finally:
                process.terminate()
        assert process.returncode == 0, process.returncode


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


tap.run([unit, serves, options, files, sources, removal, packages])
