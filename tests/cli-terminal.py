# SPDX-License-Identifier: LGPL-2.1-or-later
"""hyperv on a terminal, interrupted, and with hosts that do not answer as they should."""
import contextlib
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import termios

import tap
from programs import CLEAN, HYPERV, Running, hyperv, run, sim

HOSTS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'fixtures/hosts')
DEADLINE = 30  # seconds, of what never comes


class Terminal:
    """A program that has a terminal of its own, and nothing else."""

    def __init__(self, *words, env):
        self.text = ''
        try:
            self.fd, self.slave = pty.openpty()
        except OSError as error:
            raise tap.Skip(f'no pseudo-terminals here (is devpts mounted?): {error}') from error
        self.process = subprocess.Popen(
            words, env={**CLEAN, **env}, stdin=self.slave, stdout=self.slave, stderr=self.slave,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def wait_for(self, text):
        while text not in self.text:
            ready, _, _ = select.select([self.fd], [], [], DEADLINE)
            assert ready, ('never came', text, self.text)
            self.text += os.read(self.fd, 4096).decode('utf-8', 'replace')

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def write(self, data):
        os.write(self.fd, data)

    def end(self):
        """The exit code; what is written meanwhile is read."""
        for _ in range(20 * DEADLINE):
            code = self.process.poll()
            ready, _, _ = select.select([self.fd], [], [], 0 if code is not None else 0.05)
            if ready:
                self.text += os.read(self.fd, 4096).decode('utf-8', 'replace')
            elif code is not None:
                return code
        self.process.kill()
        raise AssertionError(('never ended', self.text))

    def close(self):
        os.close(self.slave)
        os.close(self.fd)


@contextlib.contextmanager
def asked(running):
    """hyperv, when it has just asked for the password."""
    with tempfile.TemporaryDirectory() as folder:
        env = {'HYPERV_CA': running.env['HYPERV_CA'], 'XDG_CONFIG_HOME': folder}
        uri = running.uri().replace('127', 'administrator@127', 1)
        terminal = Terminal(HYPERV, '-c', uri, 'version', env=env)
        terminal.wait_for('Password of administrator on 127.0.0.1: ')
        assert not terminal.echoes()
        yield terminal
        terminal.close()


def password_is_asked_for():
    """A password is asked for, not shown, and taken."""
    with Running() as running, asked(running) as terminal:
        with open(running.env['HYPERV_SIM_PASSWORD_FILE'], encoding='utf-8') as file:
            password = file.read()
        terminal.write(password.encode() + b'\n')
        assert terminal.end() == 0, terminal.text
        assert '10.0.17763' in terminal.text and password not in terminal.text, terminal.text
        assert terminal.echoes()


def question_is_interrupted():
    """Ctrl-C and SIGTERM end the question with 130, and the terminal is as before."""
    with Running() as running:
        for interrupt in (lambda one: one.write(b'\x03'),
                          lambda one: one.process.terminate()):
            with asked(running) as terminal:
                interrupt(terminal)
                assert terminal.end() == 130, terminal.text
                assert 'interrupted' in terminal.text, terminal.text
                assert terminal.echoes()


def question_is_refused():
    """The end of input instead of a password is a refusal: login, 3."""
    with Running() as running, asked(running) as terminal:
        terminal.write(b'\x04')
        assert terminal.end() == 3, terminal.text
        assert terminal.echoes()


def job_of_a_call_goes_on():
    """Ctrl-C during the job of hyperv call says that it goes on, and which, like any other."""
    with Running('--clock', 'stepped') as running:
        name = json.loads(hyperv('-o', 'json', 'query', 'SELECT Name FROM Msvm_ComputerSystem '
                                 "WHERE ElementName = 'db01'", env=running.env))[0]['Name']
        path = f'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="{name}"'
        env = {**CLEAN, **running.env, 'HYPERV_DEBUG': 'wire'}
        with subprocess.Popen([HYPERV, 'call', path, 'RequestStateChange', 'RequestedState=2'],
                              env=env, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as waiting:
            for line in waiting.stderr:
                if 'RequestStateChange_OUTPUT' in line:
                    break
            waiting.send_signal(signal.SIGINT)
            out, text = waiting.communicate(timeout=DEADLINE)
        assert waiting.returncode == 130 and out == '', (waiting.returncode, out, text)
        text = text.splitlines()[-1]
        jobs = json.loads(hyperv('-o', 'json', 'query', 'SELECT InstanceID FROM Msvm_ConcreteJob '
                                 'WHERE JobState = 3', env=running.env))
        assert 'goes on at the host' in text and jobs[0]['InstanceID'] in text, text


def job_goes_on():
    """Ctrl-C during a job ends the waiting with 130, and says that the job goes on, and which."""
    with Running('--clock', 'stepped') as running:
        env = {**CLEAN, **running.env, 'HYPERV_DEBUG': 'wire'}
        with subprocess.Popen([HYPERV, 'start', 'db01'], env=env, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as waiting:
            for line in waiting.stderr:
                if 'RequestStateChange_OUTPUT' in line:
                    break
            waiting.send_signal(signal.SIGINT)
            out, text = waiting.communicate(timeout=DEADLINE)
        assert waiting.returncode == 130 and out == '', (waiting.returncode, out, text)
        text = text.splitlines()[-1]
        jobs = json.loads(hyperv('-o', 'json', 'query', 'SELECT InstanceID FROM Msvm_ConcreteJob '
                                 'WHERE JobState = 3', env=running.env))
        assert 'goes on at the host' in text and jobs[0]['InstanceID'] in text, text
        assert re.search(r'\d+ % were done', text), text


def interrupted(env, name, state, *words):
    """The last line of hyperv, interrupted when its change is made and nobody answers."""
    with subprocess.Popen([HYPERV, *words], env={**CLEAN, **env}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as waiting:
        for _ in range(1000):  # each is an exchange of its own
            if json.loads(hyperv('-o', 'json', 'info', name, env=env))['state'] == state:
                break
        waiting.send_signal(signal.SIGINT)
        out, text = waiting.communicate(timeout=DEADLINE)
    assert waiting.returncode == 130 and out == '', (words, waiting.returncode, out, text)
    return text.splitlines()[-1]


def change_without_a_reply():
    """Ctrl-C in a change that nobody answers says that it may have been made, and how to look."""
    stall = json.dumps({'do': 'failure-add', 'filter': 'stall', 'method': 'RequestStateChange',
                        'effect': True})
    name = 'test vm with spaces'
    with Running('--do', stall) as running:
        uuid = json.loads(hyperv('-o', 'json', 'info', name, env=running.env))['uuid'].upper()
        path = f'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="{uuid}"'
        for words, state, verb, what in (
                (['call', path, 'RequestStateChange', 'RequestedState=2'], 'running', 'get', path),
                (['turn-off', name], 'off', 'info', name)):
            text = interrupted(running.env, name, state, *words)
            assert 'may have been carried out, or not' in text, text
            assert text.endswith(f"; hyperv {verb} '{what}' tells the state"), text
            hyperv(verb, what, env=running.env)


def change_before_its_state_is_read():
    """What cannot be read after a change does not hide that it was made."""
    failure = json.dumps({'do': 'failure-add', 'filter': 'http-status', 'operation': 'Enumerate',
                          'class': 'Msvm_ComputerSystem', 'status': 503, 'nth': 3})
    with Running('--do', failure) as running:
        text = hyperv('start', 'db01', env=running.env, code=2)
        assert 'start of VM “db01” is done, but its state could not be read: ' in text, text
        info = json.loads(hyperv('-o', 'json', 'info', 'db01', env=running.env))
        assert info['state'] == 'running', info


def progress_is_one_line():
    """On a terminal the progress of a job is written over, and then comes the VM."""
    with Running() as running:
        terminal = Terminal(HYPERV, 'start', 'db01', env=running.env)
        assert terminal.end() == 0, terminal.text
        assert '\rdb01: 100 %\r\n' in terminal.text, terminal.text
        assert 'running' in terminal.text, terminal.text
        terminal.close()


@contextlib.contextmanager
def auth_file():
    """Credentials for whatever host."""
    with tempfile.NamedTemporaryFile('w') as file:
        file.write('[auth-hyperv-default]\ncredentials=x\n'
                   '[credentials-x]\nusername=u\npassword=p\n')
        file.flush()
        yield file.name


def silent_hosts():
    """A host that accepts and stays silent ends within timeout=, at each step of opening."""
    for more in ('', '&transport=http', '&transport=http&auth=basic'):
        with socket.create_server(('127.0.0.1', 0)) as server, auth_file() as auth:
            uri = f'hyperv://127.0.0.1:{server.getsockname()[1]}/?timeout=1{more}'
            # without the limit it would be 30 s to connect, and as many for the reply
            done = run(HYPERV, '-c', uri, 'list', env={'HYPERV_AUTH_FILE': auth}, timeout=20)
            assert done.returncode == 6, (more, done)
            assert '1000 ms' in done.stderr, (more, done.stderr)


def hints():
    """What cannot be reached is told with what to do; the cause comes before the place."""
    with Running('--https', '--http', '--quiet') as running:
        env = {name: running.env[name] for name in ('HYPERV_AUTH_FILE', 'HYPERV_CA')}
        https, http = running.port(), running.port(True)
        for uri, code, begins, named in (
                ('hyperv://127.0.0.1:1/', 4, '127.0.0.1:1: cannot connect: ', 'winrm quickconfig'),
                (f'hyperv://127.0.0.1:{https}/?transport=http', 4, f'127.0.0.1:{https}: ',
                 'is it an HTTPS port? then leave transport=http out'),
                (f'hyperv://127.0.0.1:{https}/?transport=http&auth=basic', 4,
                 f'127.0.0.1:{https}: ', 'is it an HTTPS port? then leave transport=http out'),
                (f'hyperv://127.0.0.1:{http}/', 4, f'127.0.0.1:{http}: ', 'then transport=http'),
                (f'hyperv://127.0.0.1:{https}/?timeout=5', 0, '', '')):
            done = run(HYPERV, '-c', uri, 'list', env=env)
            assert done.returncode == code, (uri, done)
            assert done.stderr.startswith('hyperv: ' * bool(code) + begins), (uri, done.stderr)
            assert named in done.stderr and 'SELECT' not in done.stderr, (uri, done.stderr)


def not_winrm():
    """A port where something else answers is a matter of the connection: 4."""
    for reply in (b'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', b'220 smtp ready\r\n',
                  b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'):
        with socket.create_server(('127.0.0.1', 0)) as server, auth_file() as auth:
            uri = f'hyperv://127.0.0.1:{server.getsockname()[1]}/?transport=http'
            with subprocess.Popen([HYPERV, '-c', uri, 'list'], text=True, stderr=subprocess.PIPE,
                                  env={**CLEAN, 'HYPERV_AUTH_FILE': auth}) as waiting:
                server.settimeout(DEADLINE)
                peer = server.accept()[0]
                peer.recv(65536)
                peer.sendall(reply)
                peer.close()
                text = waiting.communicate(timeout=DEADLINE)[1]
            assert waiting.returncode == 4, (reply, waiting.returncode, text)


def texts_of_the_host():
    """No control character of a host reaches the terminal; JSON has all of them, and is JSON."""
    name, odd = 'test vm with spaces', 'a\x9b31mb\u202ec\x7fd'
    with tempfile.TemporaryDirectory() as folder:
        for part in ('2019', 'model', 'vms'):
            shutil.copytree(os.path.join(HOSTS, part), os.path.join(folder, part))
        path = os.path.join(folder, 'vms/instances/test-vm-with-spaces.mof')
        with open(path, encoding='utf-8') as file:
            text = file.read()
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text.replace(name, ''.join(f'\\x{ord(one):04x}' for one in odd)))
        with Running('--host', os.path.join(folder, '2019')) as running:
            table = hyperv('list', '--all', env=running.env)
            assert 'a\ufffd31mb\ufffdc\ufffdd ' in table, table
            for locale in ('C', 'C.UTF-8'):
                done = run(HYPERV, '-o', 'json', 'list', '--all', text=False,
                           env={**running.env, 'LC_ALL': locale})
                text = done.stdout.decode('utf-8' if '.' in locale else 'ascii')
                assert odd in [row['name'] for row in json.loads(text)], text
                assert not set(text) & set('\x9b\x7f\u202e'), text
            text = hyperv('turn-off', odd, env=running.env, code=2)
            assert 'a\ufffd31mb\ufffdc\ufffdd' in text and '\x9b' not in text, text


def texts_of_errors():
    """Neither do those of command lines, in errors of either program."""
    text = hyperv('x\x1b[31m\n\x9by', code=1)
    assert 'x\ufffd[31m \ufffdy' in text, text
    text = sim('x\x1b[31m\x9by', code=1)
    assert 'x\ufffd[31m\ufffdy' in text, text


def warned_once():
    """no_verify=1 is one clear line."""
    with Running() as running:
        done = run(HYPERV, '-c', running.uri('?no_verify=1'), 'list', env=running.env)
        assert done.returncode == 0, done
        assert re.fullmatch(r'hyperv: warning: 127\.0\.0\.1:\d+: no_verify=1: .*\n',
                            done.stderr), done


tap.run([password_is_asked_for, question_is_interrupted, question_is_refused, job_goes_on,
         job_of_a_call_goes_on, change_without_a_reply,
         change_before_its_state_is_read, progress_is_one_line, silent_hosts, hints, not_winrm,
         texts_of_the_host, texts_of_errors, warned_once])
