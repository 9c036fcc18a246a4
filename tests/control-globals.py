# SPDX-License-Identifier: LGPL-2.1-or-later
"""Nothing in the simulator's library is shared by its hosts but what never changes."""
import re
import subprocess
import sys

import tap

LIBRARY = sys.argv[1]

# Written once and then only read: ids of types, quarks and parameters, which GLib keeps so, and the
# table of the fixtures. Whatever else can be written would be shared by all hosts of a process.
ONCE = (
    r'static_g_define_type_id(\.\d+)?$',
    r'g_define_type_id(\.\d+)?$',
    r'gtype_id(\.\d+)?$',
    r'\w+_parent_class$',
    r'\w+_private_offset$',
    r'q(\.\d+)?$',
    r'quark(\.\d+)?$',
    r'image(\.\d+)?$',
    r'completed\.\d+$',
    r'__\w+$',
    r'_\w+$',
)


def writable():
    """Symbols in sections that the program may write: name, section."""
    text = subprocess.run(['objdump', '-t', LIBRARY], check=True, capture_output=True,
                          text=True).stdout
    for line in text.splitlines():
        match = re.match(r'[0-9a-f]+ (.{7}) (\.data|\.bss|\.tdata|\.tbss)\s+([0-9a-f]+)\s+(.*)$',
                         line)
        if match and int(match.group(3), 16) > 0 and match.group(1)[6] == 'O':
            yield match.group(4).split()[-1], match.group(2)


def only_what_never_changes():
    """Every writable object of the library is one that GLib writes once."""
    found = sorted(set(writable()))
    assert len(found) > 5, found
    strange = [row for row in found if not any(re.match(name, row[0]) for name in ONCE)]
    assert not strange, strange


tap.run([only_what_never_changes])
