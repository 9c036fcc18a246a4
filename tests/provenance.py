# SPDX-License-Identifier: LGPL-2.1-or-later
"""README's table of provenance and the digests of the fixtures are not stale."""
import os
import shutil
import subprocess
import sys
import tempfile

import tap

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(ROOT, 'tools', 'provenance')


def run(*words):
    return subprocess.run([sys.executable, PROGRAM, *words], capture_output=True, text=True,
                          timeout=60, check=False)


class Copy:
    """README.md and fixtures to change."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp()
        shutil.copytree(os.path.join(ROOT, 'fixtures'), os.path.join(self.folder, 'fixtures'))
        shutil.copy(os.path.join(ROOT, 'README.md'), self.folder)
        for option in ('--digest', '--write'):
            assert run(option, self.folder).returncode == 0
        assert run('--check', self.folder).returncode == 0
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def edit(self, name, old, new):
        path = os.path.join(self.folder, name)
        with open(path, encoding='utf-8') as stream:
            text = stream.read()
        assert old in text, (name, old)
        with open(path, 'w', encoding='utf-8') as stream:
            stream.write(text.replace(old, new))


def nothing_is_stale():
    """README.md and SOURCES.tsv say what the fixtures are"""
    done = run('--check')
    assert done.returncode == 0, done.stdout + done.stderr


def changed_fixture_is_seen():
    """A changed fixture is named, and --digest takes note of it"""
    with Copy() as copy:
        copy.edit('fixtures/hosts/2019/host.ini', 'os_build=17763', 'os_build=17764')
        done = run('--check', copy.folder)
        assert done.returncode == 1, done.stdout
        assert 'hosts/2019/host.ini has changed' in done.stdout, done.stdout
        assert run('--digest', copy.folder).returncode == 0
        assert run('--check', copy.folder).returncode == 0


def new_file_is_seen():
    """A fixture without a row of SOURCES.tsv is named"""
    with Copy() as copy:
        with open(os.path.join(copy.folder, 'fixtures', 'hosts', 'new.mof'), 'w',
                  encoding='utf-8') as stream:
            stream.write('\n')
        done = run('--check', copy.folder)
        assert done.returncode == 1 and 'fixtures/hosts/new.mof: expected a row' in done.stdout


def stale_table_is_seen():
    """A table in README.md that says something else is stale, and --write makes it anew"""
    with Copy() as copy:
        copy.edit('README.md', '| `root/interop` |', '| `root/interop` | 1')
        done = run('--check', copy.folder)
        assert done.returncode == 1 and 'stale' in done.stdout, done.stdout
        assert run('--write', copy.folder).returncode == 0
        assert run('--check', copy.folder).returncode == 0


tap.run([nothing_is_stale, changed_fixture_is_seen, new_file_is_seen, stale_table_is_seen])
