# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `meson install` puts into a prefix, for the tests of what is installed."""
import os
import re
import shutil
import subprocess
import tempfile

import tap

ENV = {name: value for name, value in os.environ.items()
       if not name.startswith(('HYPERV_', 'LIBVIRT_', 'DESTDIR', 'LD_LIBRARY', 'GI_TYPELIB'))}


def run(command, **env):
    done = subprocess.run(command, env={**ENV, **env}, capture_output=True, text=True, timeout=100,
                          stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, (command, done.returncode, done.stdout, done.stderr)
    return done.stdout


def meson():
    found = shutil.which('meson')
    if not found:
        raise tap.Skip('no meson on the PATH')
    return found


def relocated(folder, prefix):
    """The folder of pkg-config files, which say now where they are."""
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), 'r+', encoding='utf-8') as file:
            text = file.read()
            file.seek(0)
            file.truncate()
            file.write(re.sub('^prefix=.*', 'prefix=' + prefix, text, flags=re.M))
    return folder


class Prefix(tempfile.TemporaryDirectory):
    """A prefix that nobody but this test knows, moved there after the installation."""

    def __init__(self, build, prefix):
        super().__init__()
        self.build, self.prefix = build, prefix

    def __enter__(self):
        staged = os.path.join(self.name, 'staged')
        run([meson(), 'install', '-C', self.build, '--no-rebuild', '--quiet', '--destdir', staged])
        prefix = os.path.join(self.name, 'prefix')
        shutil.move(staged + self.prefix, prefix)
        return prefix
