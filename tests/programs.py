# SPDX-License-Identifier: LGPL-2.1-or-later
"""The two programs, for the tests that run them: sys.argv names them, hyperv first."""
import os
import shlex
import signal
import subprocess
import sys

HYPERV, SIM = sys.argv[1:3]
CLEAN = {name: value for name, value in os.environ.items()
         if name == 'HYPERV_SIM_EXCHANGES' or not name.startswith(('HYPERV_', 'LIBVIRT_'))}


def run(program, *words, env=None, **more):
    """Runs it to its end with a clean environment and @env; nobody is there to ask."""
    return subprocess.run([program, *words], env={**CLEAN, **(env or {})}, check=False,
                          **{'capture_output': True, 'stdin': subprocess.DEVNULL, 'timeout': 60,
                             'start_new_session': True, 'text': True, **more})


def hyperv(*words, env=None, code=0):
    """Runs hyperv; returns stdout when it succeeds, stderr when it fails as expected."""
    done = run(HYPERV, *words, env=env)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    assert code == 0 or done.stderr.startswith('hyperv: '), done.stderr
    assert code == 0 or done.stderr.count('\n') == 1, done.stderr
    return done.stdout if code == 0 else done.stderr


def sim(*words, code=0, env=None, **more):
    """Runs hyperv-sim to its end; returns its stdout or stderr as hyperv ()."""
    done = run(SIM, *words, env=env, **more)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout if code == 0 else done.stderr


class Running:
    """A simulator that runs meanwhile, and the variables of its ready line."""

    def __init__(self, *words, env=None):
        self.words, self.more = words, env or {}

    def __enter__(self):
        self.process = subprocess.Popen([SIM, *self.words], env={**CLEAN, **self.more},
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.env = dict(word.split('=', 1) for word in shlex.split(line))
        return self

    def port(self, http=False):
        endpoint = self.env['HYPERV_SIM_ENDPOINT' + ('_HTTP' if http else '')]
        return endpoint.split(':')[2].split('/')[0]

    def uri(self, query='', http=False):
        return f'hyperv://127.0.0.1:{self.port(http)}/{query}'

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.stderr = self.process.communicate(timeout=30)[1]
        assert self.process.returncode == 0, (self.process.returncode, self.stderr)
