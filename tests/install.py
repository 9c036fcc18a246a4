# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `meson install` puts into a prefix works there, wherever that is.

usage: install.py BUILD PREFIX BINDIR LIBDIR INTROSPECTION DEFAULT_LIBRARY"""
import glob
import os
import sys

import tap
from prefix import Prefix, relocated, run

BUILD, PREFIX, BINDIR, LIBDIR, INTROSPECTION, DEFAULT_LIBRARY = sys.argv[1:7]
HERE = os.path.dirname(os.path.abspath(__file__))
# What README.md says: an object that anybody can link again with a changed library.
COMPILE = 'cc -Wall -Werror -c "$1" -o consumer.o $(pkg-config --cflags $2)'
LINK = ('cc consumer.o -o consumer $(pkg-config --static --libs $2 | '
        "sed -E 's/-l(hyperv-[a-z]+-1.0)/-l:lib\\1.a/g')")
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


def exported():
    """An archive shows what the shared library exports, and nothing else."""
    if DEFAULT_LIBRARY == 'shared':
        raise tap.Skip('built without archives: -Ddefault_library=both makes them')
    with Prefix(BUILD, PREFIX) as prefix:
        for name in ('hyperv-glib', 'hyperv-sim'):
            shown = run(['nm', '--defined-only', '--extern-only', '--format=just-symbols',
                         os.path.join(prefix, LIBDIR, f'lib{name}-1.0.a')])
            with open(os.path.join(HERE, f'exports-{name}.txt'), encoding='utf-8') as file:
                expected = [line for line in file.read().splitlines() if line[:1] != '#']
            assert sorted(line for line in shown.split() if not line.endswith(':')) == expected


def archives():
    """A program that carries both libraries in it needs neither of them beside it."""
    if DEFAULT_LIBRARY == 'shared':
        raise tap.Skip('built without archives: -Ddefault_library=both makes them')
    with Prefix(BUILD, PREFIX) as prefix:
        libdir = os.path.join(prefix, LIBDIR)
        path = os.path.join(libdir, 'pkgconfig')
        for step in (COMPILE, LINK):
            run(['sh', '-e', '-c', f'cd "$0" && {step}', prefix, os.path.join(HERE, 'consumer.c'),
                 'hyperv-sim-1.0 hyperv-glib-1.0'], PKG_CONFIG_PATH=relocated(path, prefix))
        for library in glob.glob(os.path.join(libdir, 'libhyperv-*.so*')):
            os.remove(library)
        assert 'db01: ' in run([os.path.join(prefix, 'consumer')])


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


tap.run([programs_run, development_files, exported, archives, pages, bindings])
