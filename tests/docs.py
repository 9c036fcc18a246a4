# SPDX-License-Identifier: LGPL-2.1-or-later
"""The reference of both libraries is made without a warning, no link of it leads nowhere, and
nothing public is without a word.

usage: docs.py BUILD VERSION"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import tap

BUILD, VERSION = sys.argv[1:3]
FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'docs')


def generated(config, gir, out):
    if not shutil.which('gi-docgen'):
        raise tap.Skip('gi-docgen is not installed')
    done = subprocess.run(['gi-docgen', 'generate', '--quiet', '--fatal-warnings',
                           '--add-include-path', os.path.join(BUILD, 'client'),
                           '--content-dir', FOLDER, '--no-namespace-dir',
                           '--config', os.path.join(FOLDER, config), '--output-dir', out,
                           os.path.join(BUILD, gir)],
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0 and not done.stderr, (done.returncode, done.stdout, done.stderr)


def links(folder):
    """(page, where it leads) within the folder; gi-docgen 2023.1 takes a union for a struct."""
    for name in os.listdir(folder):
        if name.endswith('.html'):
            with open(os.path.join(folder, name), encoding='utf-8') as file:
                text = file.read().replace('"struct.', '"union.') if name.startswith('union.') \
                    else file.read()
                for link in re.findall(r'href="([\w.-]+\.html)[#"]', text):
                    yield name, link


CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'
DOCUMENTED = {CORE + kind for kind in (
    'class', 'interface', 'record', 'union', 'enumeration', 'bitfield', 'member', 'field',
    'constant', 'callback', 'alias', 'function', 'constructor', 'method', 'virtual-method',
    'property', 'parameter', 'return-value')} | {GLIB + 'signal'}


def is_nothing(element):
    """A return value of type void."""
    kind = element.find(CORE + 'type')
    return element.tag == CORE + 'return-value' and kind is not None and kind.get('name') == 'none'


def without_a_word(element, path=''):
    """What a reader of the reference finds a name of, and nothing else. Class structures, which
    G_DECLARE_FINAL_TYPE makes, are nobody's."""
    if GLIB + 'is-gtype-struct-for' in element.attrib:
        return
    if element.tag in DOCUMENTED:
        name = element.get(C + 'identifier') or element.get(C + 'type') or element.get('name')
        path = f'{path}/{name or "returns"}'
        if element.find(CORE + 'doc') is None and not is_nothing(element):
            yield path
    for child in element:
        yield from without_a_word(child, path)


def check(config, gir, *pages):
    with open(os.path.join(FOLDER, config), encoding='utf-8') as file:
        assert f'\nversion = "{VERSION}"\n' in file.read(), (config, VERSION)
    bare = sorted(without_a_word(ElementTree.parse(os.path.join(BUILD, gir)).getroot()))
    assert not bare, (f'{len(bare)} without documentation', bare)
    with tempfile.TemporaryDirectory() as out:
        generated(config, gir, out)
        there = set(os.listdir(out))
        assert there.issuperset(pages), pages
        nowhere = {(page, link) for page, link in links(out) if link not in there}
        assert not nowhere, sorted(nowhere)


def client():
    """Hyperv-1.0, with the pages of trust and of symptoms"""
    check('hyperv.toml', 'client/Hyperv-1.0.gir', 'class.Host.html', 'trust-and-logins.html',
          'symptoms.html')


def simulator():
    """HypervSim-1.0, with the pages of the first test and of coming from elsewhere"""
    check('hyperv-sim.toml', 'simulator/HypervSim-1.0.gir', 'class.Host.html', 'first-test.html',
          'coming-from.html')


tap.run([client, simulator])
