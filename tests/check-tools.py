#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Do check-floors, check-style and count-cases find what they are for? (TAP)

A row of the first two plants one file into an empty tree; the tool must say exactly the lines that
are expected: one where a rule is broken, none where it is kept. A row of the third is what meson
writes about one program.
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent / 'tools'
SPDX = '/* SPDX-License-Identifier: LGPL-2.1-or-later */\n'
HASH = '# SPDX-License-Identifier: LGPL-2.1-or-later\n'
BUILD = HASH + "base_lib = static_library('base', 'x.c')\n"
ROW = HASH + """base_help = static_library('help', 'base-help.c')
floor_tests = [
  ['base-x', [base_help, base_lib], [gio]],
  ['wire-x', [wire_lib, base_lib], [gio]],
]
z = executable('wire-z', 'wire-z.c',
  link_with: base_lib)
all = [wire_lib, base_lib]
y = executable('bench', 'bench/all-x.c', link_with: all)
"""
WIRE = HASH + "wire_lib = static_library('wire', 'x.c')\n"
FLOOR_OF_TEST = {'client/base/meson.build': BUILD, 'client/wire/meson.build': WIRE,
                 'tests/meson.build': ROW}
SHARED = {
    'client/meson.build': HASH + "hv = shared_library('x')\nhv_dep = declare_dependency(x: hv)\n",
    'simulator/meson.build': HASH + "sim = shared_library('x')\n",
    'tests/meson.build': HASH + "x = [\n  ['stories-x', [], [hv_dep, sim]],\n]\n",
}


def include(*names):
    quoted = (n if n[0] == '<' else f'"{n}"' for n in names)
    return SPDX + ''.join(f'#include {n}\n' for n in quoted)


def function(body, name='wire_x', kind='void'):
    return SPDX + f'{kind}\n{name} (void)\n{{\n{body}}}\n'


def nested(depth):
    return ''.join('  ' * i + '  if (x) {\n' for i in range(depth)) + \
        ''.join('  ' * i + '  }\n' for i in reversed(range(depth)))


REAL = 'is real time: only sim-clock.c may, ask the clock'
LINKS = 'a floor names no other floor: programs and tests link them'
WIRE_X = 'client/wire/wire-x.c'
LISTENER_X = 'simulator/listener/listener-x.c'

# sentence, file, its text, (line, rule) or None, further files
FLOORS = [
    ('wire may include base', WIRE_X, include('client/base/hyperv-error.h'), None),
    ('wire may not include session', WIRE_X, include('client/session/session.h'),
     (2, 'client/wire may not include client/session/session.h')),
    ('a comment includes nothing', WIRE_X, SPDX + '/*\n#include "client/session/x.h"\n*/\n', None),
    ('base includes no other floor', 'client/base/x.c', include('client/cim/x.h'),
     (2, 'client/base may not include client/cim/x.h')),
    ('transport may not include cim', 'client/transport/x.h', include('client/cim/x.h'),
     (2, 'client/transport may not include client/cim/x.h')),
    ('hyperv may not include wire', 'client/hyperv/x.c', include('client/wire/wire.h'),
     (2, 'client/hyperv may not include client/wire/wire.h')),
    ('base may not know XML', 'client/base/x.c', include('<libxml/parser.h>'),
     (2, 'client/base may not know <libxml/parser.h>')),
    ('wire may not know HTTP', WIRE_X, include('<libsoup/soup.h>'),
     (2, 'client/wire may not know <libsoup/soup.h>')),
    ('wire may not know sockets', WIRE_X, SPDX + 'GSocketConnection *x;\n',
     (2, 'client/wire may not know GSocket')),
    ('session may not know classes', 'client/session/x.c', SPDX + '"Msvm_ComputerSystem"\n',
     (2, 'client/session may not know Msvm_')),
    ('but may speak of them', 'client/session/x.c', SPDX + '/* Msvm_ComputerSystem */\n', None),
    ('the simulator takes cim', 'simulator/repository/x.c',
     include('client/cim/x.h', 'simulator/sim-clock.h'), None),
    ('the simulator takes nothing else', 'simulator/wsman/x.c', include('client/wire/wire.h'),
     (2, 'simulator/wsman may not include client/wire/wire.h')),
    ('the clock comes through sim-clock.h', 'simulator/provider/x.c',
     include('client/base/hyperv-clock.h'),
     (2, 'simulator/provider may not include client/base/hyperv-clock.h')),
    ('sim-clock.h takes the client\'s', 'simulator/sim-clock.h',
     include('client/base/hyperv-clock.h'), None),
    ('repository may not include wsman', 'simulator/repository/x.c',
     include('simulator/wsman/wsman.h'),
     (2, 'simulator/repository may not include simulator/wsman/wsman.h')),
    ('filters take the causes', 'simulator/filters/x.c',
     include('simulator/provider/provider.h'), None),
    ('filters take no repository', 'simulator/filters/x.c',
     include('simulator/repository/repository.h'),
     (2, 'simulator/filters may not include simulator/repository/repository.h')),
    ('listener may not include cim', LISTENER_X, include('client/cim/x.h'),
     (2, 'simulator/listener may not include client/cim/x.h')),
    ('control sees the face only', 'simulator/control/x.c',
     include('simulator/hyperv-sim-host.h', 'simulator/wsman/wsman.h'),
     (3, 'simulator/control may not include simulator/wsman/wsman.h')),
    ('the face sees all floors', 'simulator/hyperv-sim-host.c',
     include('simulator/listener/listener.h', 'simulator/wsman/wsman.h'), None),
    ('the face has one name', 'simulator/hyperv-sim.h',
     include('simulator/hyperv-sim-host.h'), None),
    ('the client\'s program sees one header', 'tools/hyperv/main.c',
     include('client/hyperv.h', 'tools/hyperv/x.h', 'client/wire/wire.h'),
     (4, 'tools/hyperv may not include client/wire/wire.h')),
    ('the simulator\'s program sees the face', 'tools/hyperv-sim/main.c',
     include('simulator/hyperv-sim.h', 'simulator/sim-exchange.h'),
     (3, 'tools/hyperv-sim may not include simulator/sim-exchange.h')),
    ('every file has a floor', 'client/other/x.c', SPDX, (1, 'belongs to no floor')),
    ('real time', 'simulator/provider/x.c', SPDX + 'x = g_get_real_time ();\n',
     (2, 'g_get_real_time ' + REAL)),
    ('monotonic time', 'simulator/wsman/x.c', SPDX + 'x = g_get_monotonic_time ();\n',
     (2, 'g_get_monotonic_time ' + REAL)),
    ('timeouts', 'simulator/provider/x.c', SPDX + 'g_timeout_add_seconds (1, f, x);\n',
     (2, 'g_timeout_add_seconds ' + REAL)),
    ('today', 'simulator/hyperv-sim-x.c', SPDX + 'g_date_time_new_now_utc ();\n',
     (2, 'g_date_time_new_now_utc ' + REAL)),
    ('a part of sim-clock.c, too', 'simulator/sim-clock-x.c', SPDX + 'g_get_real_time ();\n', None),
    ('sim-clock.c is real', 'simulator/sim-clock.c', SPDX + 'g_get_real_time ();\n', None),
    ('deadlines of sockets are real', LISTENER_X,
     SPDX + 'g_source_set_ready_time (s, g_get_monotonic_time () + x);\n', None),
    ('the listener has no other time', LISTENER_X, SPDX + 'g_get_real_time ();\n',
     (2, 'g_get_real_time ' + REAL)),
    ('the client has its own time', 'client/transport/x.c', SPDX + 'g_get_monotonic_time ();\n',
     None),
    ('a floor links nothing', 'client/wire/meson.build',
     HASH + "wire_lib = static_library('wire', files('x.c'),\n  link_with: base_lib)\n",
     (3, LINKS)),
    ('a generator may link', 'simulator/repository/meson.build',
     HASH + "x = executable('compile', 'x.c', link_with: repository_lib)\n", None),
    ('a test includes what its row grants', 'tests/wire-x.c',
     include('client/wire/wire.h', 'client/base/hyperv-uri.h', 'tests/x.h'), None, FLOOR_OF_TEST),
    ('a test includes nothing else', 'tests/wire-x.c', include('client/session/session.h'),
     (2, 'this test may not include client/session/session.h'), FLOOR_OF_TEST),
    ('a test in a statement of its own', 'tests/wire-z.c',
     include('client/base/hyperv-uri.h', 'client/wire/wire.h'),
     (3, 'this test may not include client/wire/wire.h'), FLOOR_OF_TEST),
    ('what tests share is granted what they are', 'tests/base-help.c',
     include('client/base/hyperv-uri.h', 'client/session/session.h'),
     (3, 'this test may not include client/session/session.h'), FLOOR_OF_TEST),
    ('a test that names a list', 'tests/bench/all-x.c',
     include('client/wire/wire.h', 'client/cim/x.h'),
     (3, 'this test may not include client/cim/x.h'), FLOOR_OF_TEST),
    ('a test with the shared libraries', 'tests/stories-x.c',
     include('client/hyperv.h', 'simulator/hyperv-sim.h', 'simulator/wsman/wsman.h'),
     (4, 'this test may not include simulator/wsman/wsman.h'), SHARED),
    ('a test without a row includes nothing', 'tests/wire-y.c', include('client/wire/wire.h'),
     (2, 'this test may not include client/wire/wire.h'), FLOOR_OF_TEST),
]

LONG = '/* ' + 'x' * 95 + ' */\n'
STYLE = [
    ('a clean file', WIRE_X, function('  return;\n'), None),
    ('no licence', WIRE_X, 'int x;\n', (1, 'does not begin with SPDX-License-Identifier: LGPL-')),
    ('licence of a script', 'tools/x', '#!/bin/sh\n' + HASH, None),
    ('script without a licence', 'tools/x', '#!/bin/sh\n', (2, 'does not begin with SPDX-')),
    ('build file without a licence', 'meson.build', 'x = 1\n', (1, 'does not begin with SPDX-')),
    ('examples are MIT-0', 'tests/examples/x.c', SPDX,
     (1, 'does not begin with SPDX-License-Identifier: MIT-0')),
    ('examples in Go are MIT-0', 'tests/examples/x_test.go', '// ' + HASH[2:],
     (1, 'does not begin with SPDX-License-Identifier: MIT-0')),
    ('gofmt indents with tabs', 'tests/examples/x_test.go',
     '// SPDX-License-Identifier: MIT-0\n\tx ()\n', None),
    ('500 lines', WIRE_X, SPDX + 499 * '\n', None),
    ('501 lines', WIRE_X, SPDX + 500 * '\n', (501, 'has 501 lines, at most 500')),
    ('100 columns', WIRE_X, SPDX + LONG[1:], None),
    ('101 columns', WIRE_X, SPDX + LONG, (2, 'has 101 columns, at most 100')),
    ('a tab', WIRE_X, SPDX + 'int\tx;\n', (2, 'has a tab')),
    ('a blank at the end', WIRE_X, SPDX + 'int x; \n', (2, 'ends with a blank')),
    ('no new line at the end', WIRE_X, SPDX + 'int x;', (2, 'does not end with a new line')),
    ('60 lines of function', WIRE_X, function(57 * '  x ();\n'), None),
    ('61 lines of function', WIRE_X, function(58 * '  x ();\n'),
     (3, 'wire_x has 61 lines, at most 60')),
    ('61 lines of static function', WIRE_X, function(58 * '  x ();\n', 'x', 'static void'),
     (3, 'x has 61 lines, at most 60')),
    ('nested four deep', WIRE_X, function(nested(4)), None),
    ('nested five deep', WIRE_X, function(nested(5)), (9, 'wire_x is nested deeper than 4')),
    ('braces in texts do not nest', WIRE_X, function('  x ("{{{{{{", \'{\'); /* {{{{{{ */\n'),
     None),
    ('a jump', WIRE_X, function('  goto out;\n'), (5, '"goto" jumps')),
    ('a jump in a text', WIRE_X, function('  x ("goto out");\n'), None),
    ('a sleep', WIRE_X, function('  g_usleep (5);\n'), (5, '"g_usleep (" sleeps')),
    ('a sleep of seconds', WIRE_X, function('  sleep (5);\n'), (5, '"sleep (" sleeps')),
    ('a sleep in a script', 'tools/x', '#!/bin/sh\n' + HASH + 'sleep 5\n', (3, '"sleep" sleeps')),
    ('a sleep in Python', 'tests/x.py', HASH + 'time.sle' + 'ep(5)\n', (2, '".sleep" sleeps')),
    ('a note to oneself', WIRE_X, SPDX + '/* TO' + 'DO: write */\n', (2, '"TO' + 'DO" is a note')),
    ('another note', 'tests/x.py', HASH + '# FIX' + 'ME\n', (2, '"FIX' + 'ME" is a note')),
    ('a comment of C++', WIRE_X, SPDX + 'int x; // one\n', (2, '"//" comments are')),
    ('a URL in a text', WIRE_X, SPDX + 'const char *x = "http://x";\n', None),
    ('a brace behind a function', WIRE_X, SPDX + 'void\nwire_x (void) {\n}\n',
     (3, 'the brace of wire_x is not on a line of its own')),
    ('a name of another floor', WIRE_X, function('', 'session_x'),
     (3, 'session_x is not static and does not begin with its floor or file')),
    ('a static name is free', WIRE_X, function('', 'session_x', 'static void'), None),
    ('a name of the library', WIRE_X, function('', 'hyperv_x'), None),
    ('a name of the file', 'client/transport/auth-basic.c', function('', 'auth_basic_x'), None),
    ('a name of the simulator', 'simulator/filters/x.c', function('', 'sim_filter_x'), None),
    ('sim_ is not the client\'s', WIRE_X, function('', 'sim_filter_x'),
     (3, 'sim_filter_x is not static and does not begin with its floor or file')),
]

# sentence, cases by name (None: not TAP) and what meson says of each, result of the program, CI,
# the last line
COUNTS = [
    ('cases of TAP', ['', ''], 'OK', '', '2 passed, 0 failed'),
    ('a program without cases', None, 'OK', '', '1 passed, 0 failed'),
    ('a failed case', ['', '<failure/>'], 'ERROR', '', '1 passed, 1 failed'),
    ('a failed program', None, 'FAIL', '', '0 passed, 1 failed'),
    ('a program too late', None, 'TIMEOUT', '', '0 passed, 1 failed'),
    ('a program that died behind its cases', ['', ''], 'ERROR', '', '2 passed, 1 failed'),
    ('a skipped case', ['', '<skipped/>'], 'OK', '', '1 passed, 0 failed, 1 skipped'),
    ('a skipped program', None, 'SKIP', '', '0 passed, 0 failed, 1 skipped'),
    ('a skipped case in CI', ['', '<skipped/>'], 'OK', 'true', '1 passed, 1 failed'),
    ('a skipped program in CI', None, 'SKIP', 'true', '0 passed, 1 failed'),
]


def run_count(row):
    _, cases, result, ci, expected = row
    suite = ''.join(f'<testcase name="{n}">{c}</testcase>' for n, c in enumerate(cases or []))
    suite = f'<testsuite name="p.x">{suite}<testcase><system-out/></testcase></testsuite>'
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder, 'meson-logs')
        logs.mkdir()
        (logs / 'testlog.json').write_text(json.dumps({'name': 'x', 'result': result}) + '\n')
        (logs / 'testlog.junit.xml').write_text(f'<testsuites>{suite}</testsuites>')
        done = subprocess.run([TOOLS / 'count-cases', folder], capture_output=True, text=True,
                              check=False, env={**os.environ, 'CI': ci})
    bad = expected.startswith('0 passed') or ' 0 failed' not in expected
    return done.stdout.splitlines()[-1:] == [expected] and done.returncode == bad, done


def run(tool, row):
    if tool == 'count-cases':
        return run_count(row)
    name, text, expected = row[1:4]
    with tempfile.TemporaryDirectory() as folder:
        for path, content in {name: text, **(row[4] if len(row) > 4 else {})}.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        done = subprocess.run([TOOLS / tool, folder], capture_output=True, text=True, check=False)
    if expected is None:
        return done.returncode == 0, done
    lines = done.stdout.splitlines()
    found = len(lines) == 1 and lines[0].startswith(f'{name}:{expected[0]}: {expected[1]}')
    return found and done.returncode == 1, done


def main():
    rows = [('check-floors', r) for r in FLOORS] + [('check-style', r) for r in STYLE]
    rows += [('count-cases', r) for r in COUNTS]
    failed = 0
    print(f'1..{len(rows)}')
    for number, (tool, row) in enumerate(rows, 1):
        ok, done = run(tool, row)
        failed += not ok
        print(f'{"ok" if ok else "not ok"} {number} - {tool}: {row[0]}')
        if not ok:
            print('\n'.join('# ' + t for t in (done.stdout + done.stderr).splitlines()))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
