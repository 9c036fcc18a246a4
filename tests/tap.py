# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the functions of a test program and prints TAP: a sentence a test, from its docstring."""
import os
import sys
import traceback


class Skip(Exception):
    """Raised by a test that cannot run here; its text says why."""


def run(tests):
    """Runs each test; exits with 1 when one failed."""
    print(f'1..{len(tests)}', flush=True)
    failed = False
    for number, test in enumerate(tests, 1):
        name = (test.__doc__ or test.__name__).strip().split('\n')[0].rstrip('.')
        try:
            test()
            print(f'ok {number} {name}', flush=True)
        except Skip as why:
            print(f'ok {number} {name} # SKIP {why}', flush=True)
        except Exception:  # the test's failure, whatever it is
            failed = True
            print(f'not ok {number} {name}', flush=True)
            for line in traceback.format_exc().splitlines():
                print(f'# {line}', flush=True)
    sys.exit(1 if failed else 0)


def environment(name):
    """A path that meson gives; without it the test makes no sense."""
    value = os.environ.get(name)
    if not value:
        raise Skip(f'{name} is not set: run through meson')
    return value
