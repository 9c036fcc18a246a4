# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a unit of systemd leaves a program, without a systemd that runs: the system calls of
SystemCallFilter=, the families of RestrictAddressFamilies=, nothing of memory that is written and
executed (MemoryDenyWriteExecute=), and no capability."""
import ctypes
import errno
import mmap
import os
import re
import socket
import subprocess

ALLOW, REFUSE = 0x7fff0000, 0x00050000 | errno.EPERM
EQUAL, MASKED_EQUAL = 4, 7
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
CAPABILITIES = 64  # more than there are: those that there are not are refused
WRITE, EXECUTE = mmap.PROT_WRITE, mmap.PROT_EXEC


class Comparison(ctypes.Structure):
    """scmp_arg_cmp of libseccomp."""
    _fields_ = [('argument', ctypes.c_uint), ('operation', ctypes.c_int),
                ('first', ctypes.c_uint64), ('second', ctypes.c_uint64)]


def settings(text, name):
    return re.findall(f'^{name}=(.*)$', text, re.M)


def groups():
    """systemd's own groups of system calls: @name -> names, and names of groups."""
    found = {}
    output = subprocess.run(['systemd-analyze', 'syscall-filter'], check=True, text=True,
                            capture_output=True).stdout
    for line in output.splitlines():
        if line.startswith('@'):
            members = found.setdefault(line.strip(), [])
        elif re.match(r'    [@\w]', line):
            members.append(line.strip())
        elif not line.startswith('    #'):
            members = []  # what belongs to no group
    return found


def expand(names, known):
    calls = set()
    for name in names:
        calls |= expand(known[name], known) if name.startswith('@') else {name}
    return calls


def allowed(text):
    """The calls that the lines SystemCallFilter= of a unit leave, as systemd reads them."""
    known = groups()
    calls = expand(['@default'], known)
    for line in settings(text, 'SystemCallFilter'):
        named = expand(line.lstrip('~').split(), known)
        calls = calls - named if line.startswith('~') else calls | named
    return calls


def rules(text):
    """(call, comparisons) that are allowed."""
    listed, = settings(text, 'RestrictAddressFamilies')
    families = [getattr(socket, name) for name in listed.split()]
    either = WRITE | EXECUTE
    narrow = {
        'socket': [Comparison(0, EQUAL, family) for family in families],
        'mmap': [Comparison(2, MASKED_EQUAL, either, bits) for bits in (0, WRITE, EXECUTE)],
        'mprotect': [Comparison(2, MASKED_EQUAL, EXECUTE, 0)],
    }
    for call in sorted(allowed(text)):
        for comparison in narrow.get(call, [None]):
            yield call.encode(), comparison


def confine(text):
    """Leaves this process what the unit leaves; to be called between fork and exec."""
    assert settings(text, 'MemoryDenyWriteExecute') == ['yes']
    assert settings(text, 'CapabilityBoundingSet') == ['']
    seccomp = ctypes.CDLL('libseccomp.so.2')
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(REFUSE))
    for call, comparison in rules(text):
        number = seccomp.seccomp_syscall_resolve_name(call)
        if number < 0:
            continue  # this architecture has none
        arguments = (0, None) if comparison is None else (1, ctypes.byref(comparison))
        done = seccomp.seccomp_rule_add_array(context, ALLOW, number, *arguments)
        assert done == 0, (call, done)
    libc = ctypes.CDLL(None)
    for capability in range(CAPABILITIES):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    assert libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    os.umask(int(settings(text, 'UMask')[0], 8))
    assert seccomp.seccomp_load(context) == 0
