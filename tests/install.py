# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `meson install` puts into a prefix works there, wherever that is.

usage: install.py BUILD PREFIX BINDIR LIBDIR INTROSPECTION"""
import os
import sys

import tap
from prefix import Prefix, run

BUILD, PREFIX, BINDIR, LIBDIR, INTROSPECTION = sys.argv[1:6]
LIST = ("import gi; gi.require_version('HypervSim', '1.0'); "
        "from gi.repository import HypervSim; print(HypervSim.get_host_names())")


def programs_run():
    """Both programs find their libraries beside them, without a variable of the environment."""
    with Prefix(BUILD, PREFIX) as prefix:
        hyperv, sim = (os.path.join(prefix, BINDIR, name) for name in ('hyperv', 'hyperv-sim'))
        assert 'web01' in run([sim, '--', hyperv, 'list'])


def development_files():
    """pkg-config finds both libraries, and the header of each."""
    with Prefix(BUILD, PREFIX) as prefix:
        path = os.path.join(prefix, LIBDIR, 'pkgconfig')
        for name in ('hyperv-glib-1.0', 'hyperv-sim-1.0'):
            assert name in run(['pkg-config', '--libs', name], PKG_CONFIG_PATH=path)
        folder = os.path.join(prefix, 'include/hyperv-glib-1.0')
        assert os.path.exists(os.path.join(folder, 'client/hyperv.h'))
        assert os.path.exists(os.path.join(folder, 'simulator/hyperv-sim.h'))


def pages():
    """The man pages are where man looks for them."""
    with Prefix(BUILD, PREFIX) as prefix:
        for page in ('man1/hyperv.1', 'man1/hyperv-sim.1', 'man7/hyperv-sim-scenario.7'):
            assert os.path.exists(os.path.join(prefix, 'share/man', page)), page


def bindings():
    """Python finds the typelibs, and through them the libraries."""
    if INTROSPECTION != 'true':
        raise tap.Skip('built without introspection')
    with Prefix(BUILD, PREFIX) as prefix:
        libdir = os.path.join(prefix, LIBDIR)
        text = run(['/usr/bin/python3', '-c', LIST], LD_LIBRARY_PATH=libdir,
                   GI_TYPELIB_PATH=os.path.join(libdir, 'girepository-1.0'))
        assert '2019' in text, text


tap.run([programs_run, development_files, pages, bindings])
