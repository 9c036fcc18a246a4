# SPDX-License-Identifier: LGPL-2.1-or-later
"""The reference of both libraries is made without a warning, and no link of it leads nowhere.

usage: docs.py BUILD VERSION"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

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


def check(config, gir, *pages):
    with open(os.path.join(FOLDER, config), encoding='utf-8') as file:
        assert f'\nversion = "{VERSION}"\n' in file.read(), (config, VERSION)
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
