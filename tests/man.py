# SPDX-License-Identifier: LGPL-2.1-or-later
"""The man pages tell of every option, command, verb, filter and cause there is, and of no other.

usage: man.py HYPERV HYPERV_SIM"""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import tap

HYPERV, SIM = sys.argv[1:3]
FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'docs', 'man')
PAGES = ('hyperv.1', 'hyperv-sim.1', 'hyperv-sim-scenario.7')
ENV = {name: value for name, value in os.environ.items()
       if not name.startswith(('HYPERV_', 'LIBVIRT_'))}
FETCH = ('import os, sys, urllib.request\n'
         'url = os.environ["HYPERV_SIM_CONTROL"] + sys.argv[1]\n'
         'print(urllib.request.urlopen(url).read().decode())')


def run(*command, status=0, **env):
    done = subprocess.run(command, env={**ENV, **env}, capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == status, (command, done.returncode, done.stdout, done.stderr)
    return done.stdout if status == 0 else done.stderr


def plain(text):
    return re.sub(r'\\f[A-Z]', '', text).replace(r'\(aq', "'").replace(r'\-', '-')


def words_of(line):
    """What is read of `.BR name " (kind)"`: fonts that take turns leave no blanks."""
    macro, rest = line.split(' ', 1)
    words = shlex.split(plain(rest).replace("'", r"\'"), posix=True)
    return (' ' if macro in ('.B', '.I') else '').join(words)


def section(page, title):
    """What stands under a heading, as (depth, tag, text of one line)."""
    with open(os.path.join(FOLDER, page), encoding='utf-8') as file:
        match = re.search(rf'^\.SH {title}\n(.*?)(?=^\.SH )', file.read(), re.S | re.M)
    assert match, f'{page} has no section {title}'
    lines, depth, items = match.group(1).splitlines(), 0, []
    for number, line in enumerate(lines):
        depth += {'.RS': 1, '.RE': -1}.get(line, 0)
        if line == '.TP':
            items.append((depth, words_of(lines[number + 1]), plain(lines[number + 2])))
    return items


def same(found, expected):
    assert sorted(found) == sorted(expected), (
        'not in the program', sorted(set(found) - set(expected)),
        'not in the page', sorted(set(expected) - set(found)))


def asked(route):
    """What the control API answers."""
    return json.loads(run(SIM, '--quiet', '--control', '127.0.0.1:0', '--', '/usr/bin/python3',
                          '-c', FETCH, route))


def commands():
    """hyperv(1) has each command with its arguments."""
    rows = re.findall(r"^  (\S.*?)(?:  +| (?=[a-z]{2,} ))(?=\S)", run(HYPERV, '--help')
                      .split('Commands:\n')[1].split('\n\n')[0], re.M)
    names = [row.split(' ')[0] for row in rows]
    forms = [re.sub(r'.*\] (?=' + name + ')', '', run(HYPERV, 'help', name).split('\n')[0])
             for name in names if name != 'help']
    same([tag for _, tag, _ in section(PAGES[0], 'COMMANDS')], forms + ['help [COMMAND]'])


def options():
    """hyperv(1) has each option of all commands, and the program takes those that it has."""
    tags = [tag for _, tag, _ in section(PAGES[0], 'OPTIONS')]
    found = re.findall(r'(?<![\w-])--?[a-z]+', ' '.join(tags))
    own = re.search(r'there is: (.*?) \(', run(HYPERV, '--no-such', 'uri', status=1)).group(1)
    short = re.findall(r'\[(-\w) ', run(HYPERV, '--help'))
    told = set(own.split(', ')) | {'--version'} | set(short)
    assert told <= set(found), (told, found)
    for option in found:
        value = {'-c': ['hyperv://h/'], '--connect': ['hyperv://h/'], '-o': ['json'],
                 '--output': ['json']}.get(option, [])
        run(HYPERV, option, *value, 'uri', HYPERV_URI='hyperv://h/')


def sim_options():
    """hyperv-sim(1) has each option with its value."""
    told = re.findall(r'^  (?:-\w, )?(--\S+)', run(SIM, '--help'), re.M)
    same([tag for _, tag, _ in section(PAGES[1], 'OPTIONS')], told)


def ready_line():
    """hyperv-sim(1) has each variable of the ready line."""
    told = run(SIM, '--http', '--https', '--control', '127.0.0.1:0', '--', 'env')
    found = [name for _, tag, _ in section(PAGES[1], 'READY LINE') for name in tag.split(', ')]
    same(found, re.findall(r'^(HYPERV_\w+)=', told, re.M))


def verbs():
    """hyperv-sim-scenario(7) has each verb, its call and its arguments."""
    told, found = [], []
    for line in run(SIM, '--verbs').splitlines():
        if re.match(r'\S', line):
            told.append(tuple(re.split(' {4}', line)))
        elif line.startswith(' ' * 6):
            told.append((told_verb(told), line.strip().split('): ')[0] + ')'))
    for depth, tag, text in section(PAGES[2], 'VERBS'):
        if depth == 0:
            found.append((tag, re.search(r'\(([A-Z]+ /\S+)\)$', text).group(1)))
        else:
            found.append((told_verb(found), tag))
    same(found, told)


def told_verb(rows):
    """The verb that an argument belongs to: the last one before it."""
    return next(name for name, call in reversed(rows) if re.match(r'[A-Z]+ /', call))


def filters():
    """hyperv-sim-scenario(7) has each filter with its arguments."""
    told = [row['filter'] + (f" ({', '.join(row['arguments'])})" if row['arguments'] else '')
            for row in asked('/filters')]
    same([tag for _, tag, _ in section(PAGES[2], 'FILTERS')], told)


def causes():
    """hyperv-sim-scenario(7) has each cause and what Windows says."""
    told = [(row['cause'], row['text'].rstrip('.')) for row in asked('/causes')]
    same([(tag, text.rstrip('.')) for _, tag, text in section(PAGES[2], 'CAUSES')], told)


def examples():
    """The scenario that hyperv-sim-scenario(7) shows is one."""
    with open(os.path.join(FOLDER, PAGES[2]), encoding='utf-8') as file:
        text = re.search(r'^\.nf\n(\[.*?\])\n\.fi', file.read(), re.S | re.M).group(1)
    for call in json.loads(plain(text)):
        run(SIM, '--do', json.dumps(call), '--', 'true')


def warnings():
    """No page is warned of."""
    if not shutil.which('groff'):
        raise tap.Skip('no groff')
    for page in PAGES:
        path = os.path.join(FOLDER, page)
        commands = [['groff', '-ww', '-man', '-Tutf8', '-z', path]]
        if shutil.which('man'):
            commands.append(['man', '--warnings', '-l', path])
        for command in commands:
            done = subprocess.run(command, env={**ENV, 'LC_ALL': 'C.UTF-8', 'MANPAGER': 'cat',
                                                'MANWIDTH': '80'},
                                  capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 0 and not done.stderr, (command, done.stderr)


tap.run([commands, options, sim_options, ready_line, verbs, filters, causes, examples, warnings])
