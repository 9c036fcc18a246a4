# SPDX-License-Identifier: LGPL-2.1-or-later
"""The map of facts to tests in fixtures/README.md leads somewhere, and so does each fault."""
import os
import re

import tap
from hostfolder import FIXTURES, ROOT


def readme_section(title):
    with open(os.path.join(FIXTURES, 'README.md'), encoding='utf-8') as file:
        return file.read().split(f'## {title}\n')[1].split('\n## ')[0]


def facts_have_tests():
    """Every fact of fixtures/README.md names tests that are there"""
    problems = []
    rows = [line for line in readme_section('Facts and tests').split('\n')
            if line.startswith('| ')][2:]
    for row in rows:
        named = re.findall(r'`([a-z0-9-]+): ([^`]+)`', row)
        if not named:
            problems.append(f'no test: {row}')
        for program, sentence in named:
            paths = [os.path.join(ROOT, 'tests', program + end) for end in ('.c', '.py')]
            text = ''.join(open(path, encoding='utf-8').read() for path in paths
                           if os.path.exists(path))
            if sentence not in text:
                problems.append(f'{program} has no “{sentence}”')
    assert len(rows) > 40, len(rows)
    assert not problems, '\n'.join(problems)


def faults_can_be_had():
    """Every row of faults.tsv is answered somewhere, or fixtures/README.md says that it is not"""
    folder = os.path.join(ROOT, 'simulator')
    code = ''
    for base, _, names in os.walk(folder):
        for name in names:
            if name.endswith('.c') and name != 'wsman-fault-table.c':
                with open(os.path.join(base, name), encoding='utf-8') as file:
                    code += file.read()
    listed = readme_section('Facts and tests').split('answered):')[1].split('.\n')[0]
    by_filter = set(re.findall(r'[A-Z]\w+', listed))
    with open(os.path.join(FIXTURES, 'faults.tsv'), encoding='utf-8') as file:
        names = [line.split('\t')[0] for line in file][1:]
    unused = {name for name in names if f'"{name}"' not in code}
    assert unused == by_filter, (unused ^ by_filter)


tap.run([facts_have_tests, faults_can_be_had])
