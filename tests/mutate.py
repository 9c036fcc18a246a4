# SPDX-License-Identifier: LGPL-2.1-or-later
"""Does tools/mutate change, build, judge and restore? On a small tree of its own."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tap

ROOT = Path(__file__).resolve().parent.parent
MESON = shutil.which('meson')
# Two numbers in a table: a test looks at the first one.
SOURCE = '''/* {old} is in a comment */
const int base_table[][2] = {{
  {{ 2150858778, 0 }},
  {{ 2150858843, 0 }},
}};
'''.format(old=2150858999)
TEST = '''extern const int base_table[][2];
int
main (void)
{
  return base_table[0][0] != (int)2150858778;
}
'''
BUILD = '''project('small', 'c')
table = static_library('table', 'client/base/table.c')
subdir('tests')
'''
TESTS = '''exe = executable('base-table', 'base-table.c', link_with: table)
test('base-table', exe)
'''


def small_tree(folder):
    for name, text in (('client/base/table.c', SOURCE), ('tests/base-table.c', TEST),
                       ('meson.build', BUILD), ('tests/meson.build', TESTS)):
        path = Path(folder, 'tree', name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='ascii')
    Path(folder, 'tree/tools').mkdir()
    shutil.copy(ROOT / 'tools/mutate.rules', Path(folder, 'tree/tools'))
    return Path(folder, 'tree')


def mutate(*words):
    done = subprocess.run([ROOT / 'tools/mutate', *words], capture_output=True, text=True,
                          timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr


def one_caught_one_not():
    """A change that a test notices is red, one that none notices survives, and all is restored."""
    if not MESON:
        raise tap.Skip('meson is not installed')
    with tempfile.TemporaryDirectory() as folder:
        tree = small_tree(folder)
        code, output = mutate('--tree', tree, '--work', folder + '/work')
        assert code == 1, output
        assert 'client/base/table.c:3: fault-code: 2150858778 -> 2150858779: red: base-table' \
            in output, output
        assert 'survived: client/base/table.c:4: fault-code: 2150858843 -> 2150858844' in output
        assert output.endswith('2 changes, 1 red, 1 survived: 50.0 %\n'), output
        assert Path(folder, 'work/tree/client/base/table.c').read_text(encoding='ascii') == SOURCE
        assert (tree / 'client/base/table.c').read_text(encoding='ascii') == SOURCE
        again = mutate('--tree', tree, '--work', folder + '/work')[1]
        assert ': red: ' not in again and again.endswith(output[-40:]), again


def halved():
    """Of changes that are made at once for a slow test, the one is found that turns it red"""
    if not MESON:
        raise tap.Skip('meson is not installed')
    with tempfile.TemporaryDirectory() as folder:
        tree = small_tree(folder)
        code, output = mutate('--tree', tree, '--work', folder + '/work', '--quick', '-1')
    assert code == 1 and output.count('waits for the slow tests') == 2, output
    assert '2150858778 -> 2150858779: red: base-table' in output, output
    assert output.endswith('2 changes, 1 red, 1 survived: 50.0 %\n'), output


def explained():
    """What is said of a survivor is printed with it"""
    if not MESON:
        raise tap.Skip('meson is not installed')
    with tempfile.TemporaryDirectory() as folder:
        tree = small_tree(folder)
        (tree / 'tools/mutate.survivors').write_text(
            'client/base/table.c\t{ 2150858843, 0 },\t2150858843\tnobody looks\n', encoding='ascii')
        output = mutate('--tree', tree, '--work', folder + '/work')[1]
    assert 'table.c:4: fault-code: 2150858843 -> 2150858844\n  explained: nobody looks\n' in output


def broken_before():
    """A tree that does not build is told before anything is changed."""
    if not MESON:
        raise tap.Skip('meson is not installed')
    with tempfile.TemporaryDirectory() as folder:
        tree = small_tree(folder)
        (tree / 'client/base/table.c').write_text('no C', encoding='ascii')
        code, output = mutate('--tree', tree, '--work', folder + '/work')
    assert code == 2 and 'ninja fails before anything is changed' in output, output


def every_rule():
    """Each rule finds places in this tree, and none in a comment or a message."""
    code, output = mutate('--list')
    assert code == 0, output
    rules = [row.split('\t')[0] for row in
             (ROOT / 'tools/mutate.rules').read_text(encoding='utf-8').splitlines()
             if row and not row.startswith('#')]
    found = re.findall(r'^(\S+):(\d+): (\S+): (.*) -> (.*)$', output, re.MULTILINE)
    lacking = [rule for rule in rules if len([row for row in found if row[2] == rule]) < 5]
    assert rules and not lacking, lacking
    assert all(old != new for *_, old, new in found)
    for name, line, *_ in found:
        text = (ROOT / name).read_text(encoding='utf-8').split('\n')[int(line) - 1]
        assert not re.match(r'\s*(/?\*|//)', text), text


def by_the_seed():
    """The same seed draws the same changes, another one others."""
    if not MESON:
        raise tap.Skip('meson is not installed')
    with tempfile.TemporaryDirectory() as folder:
        tree = small_tree(folder)
        drawn = [re.findall(r'table.c:(\d)', mutate('--tree', tree, '--sample', '1', '--seed', seed,
                                                    '--work', f'{folder}/{place}')[1])[0]
                 for place, seed in enumerate(('1', '1', '3', '4', '5', '6'))]
    assert drawn[0] == drawn[1] and len(set(drawn)) == 2, drawn


os.environ.pop('MESON_TESTTHREADS', None)
tap.run([one_caught_one_not, halved, explained, broken_before, every_rule, by_the_seed])
