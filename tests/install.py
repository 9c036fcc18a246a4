# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `meson install` puts into a prefix works there, wherever that is.

usage: install.py BUILD PREFIX BINDIR LIBDIR INTROSPECTION"""
import os
import shutil
import subprocess
import sys
import tempfile

import tap

BUILD, PREFIX, BINDIR, LIBDIR, INTROSPECTION = sys.argv[1:6]
ENV = {name: value for name, value in os.environ.items()
       if not name.startswith(('HYPERV_', 'LIBVIRT_', 'DESTDIR', 'LD_LIBRARY', 'GI_TYPELIB'))}
LIST = ("import gi; gi.require_version('HypervSim', '1.0'); "
        "from gi.repository import HypervSim; print(HypervSim.get_host_names())")


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


class Prefix(tempfile.TemporaryDirectory):
    """A prefix that nobody but this test knows, moved there after the installation."""

    def __enter__(self):
        staged = os.path.join(self.name, 'staged')
        run([meson(), 'install', '-C', BUILD, '--no-rebuild', '--quiet', '--destdir', staged])
        prefix = os.path.join(self.name, 'prefix')
        shutil.move(staged + PREFIX, prefix)
        return prefix


def programs_run():
    """Both programs find their libraries beside them, without a variable of the environment."""
    with Prefix() as prefix:
        hyperv, sim = (os.path.join(prefix, BINDIR, name) for name in ('hyperv', 'hyperv-sim'))
        assert 'web01' in run([sim, '--', hyperv, 'list'])


def development_files():
    """pkg-config finds both libraries, and the header of each."""
    with Prefix() as prefix:
        path = os.path.join(prefix, LIBDIR, 'pkgconfig')
        for name in ('hyperv-glib-1.0', 'hyperv-sim-1.0'):
            assert name in run(['pkg-config', '--libs', name], PKG_CONFIG_PATH=path)
        folder = os.path.join(prefix, 'include/hyperv-glib-1.0')
        assert os.path.exists(os.path.join(folder, 'client/hyperv.h'))
        assert os.path.exists(os.path.join(folder, 'simulator/hyperv-sim.h'))


def bindings():
    """Python finds the typelibs, and through them the libraries."""
    if INTROSPECTION != 'true':
        raise tap.Skip('built without introspection')
    with Prefix() as prefix:
        libdir = os.path.join(prefix, LIBDIR)
        text = run(['/usr/bin/python3', '-c', LIST], LD_LIBRARY_PATH=libdir,
                   GI_TYPELIB_PATH=os.path.join(libdir, 'girepository-1.0'))
        assert '2019' in text, text


tap.run([programs_run, development_files, bindings])
