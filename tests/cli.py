# SPDX-License-Identifier: LGPL-2.1-or-later
"""The two programs as a user meets them."""
import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import tempfile

import tap
from programs import CLEAN, HYPERV, SIM, Running, hyperv, sim

HOSTS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'fixtures/hosts')


def version_of_each_release():
    """hyperv version prints release, version and packed version of each host."""
    for name, release, version, packed in (('2012r2', '2012 R2', '6.3.9600', 603009600),
                                           ('2016', '2016', '10.0.14393', 1000014393),
                                           ('2019', '2019', '10.0.17763', 1000017763)):
        with Running('--host', name) as running:
            found = json.loads(hyperv('-o', 'json', 'version', env=running.env))
            assert found['release'] == release, found
            assert found['version'] == version, found
            assert found['packed'] == packed, found
            text = hyperv('version', env=running.env)
            assert version in text and str(packed) in text, text


def list_in_both_forms():
    """hyperv list shows active VMs, list --all every one; JSON has name, uuid, id and state."""
    with Running() as running:
        rows = json.loads(hyperv('-o', 'json', 'list', '--all', env=running.env))
        states = {row['name']: row['state'] for row in rows}
        assert states['web01'] == 'running' and states['db01'] == 'off', states
        assert all(set(row) >= {'name', 'uuid', 'id', 'state'} for row in rows), rows
        assert [row['id'] for row in rows if row['name'] == 'db01'] == [None], rows
        active = json.loads(hyperv('-o', 'json', 'list', env=running.env))
        assert {row['state'] for row in active} <= {'running', 'paused'}, active
        table = hyperv('list', '--all', env=running.env).splitlines()
        assert table[0].split() == ['ID', 'NAME', 'UUID', 'STATE'], table
        assert len(table) == len(rows) + 1, table


def power_and_info():
    """A VM is started and turned off by name, and info tells about it."""
    with Running() as running:
        rows = json.loads(hyperv('-o', 'json', 'start', 'db01', env=running.env))
        assert rows[0]['state'] == 'running', rows
        info = json.loads(hyperv('-o', 'json', 'info', 'db01', env=running.env))
        assert info['state'] == 'running' and info['vcpus'] >= 1, info
        hyperv('turn-off', 'db01', env=running.env)
        text = hyperv('turn-off', 'db01', env=running.env, code=2)
        assert 'db01' in text and 'off' in text, text


def query_any_class():
    """hyperv query prints what WQL finds, in either namespace."""
    with Running() as running:
        rows = json.loads(hyperv('-o', 'json', 'query',
                                 "SELECT Name, EnabledState FROM Msvm_ComputerSystem "
                                 "WHERE ElementName = 'web01'", env=running.env))
        assert rows[0]['EnabledState'] == '2', rows
        text = hyperv('query', 'SELECT * FROM Win32_OperatingSystem', 'root/cimv2',
                      env=running.env)
        assert 'Version:' in text, text
        hyperv('query', 'SELECT FROM nothing', env=running.env, code=2)


def over_http_too():
    """Both transports are printed, and both answer."""
    with Running('--https', '--http') as running:
        assert 'transport=http' in running.env['HYPERV_URI_HTTP'], running.env
        env = {'HYPERV_AUTH_FILE': running.env['HYPERV_AUTH_FILE']}
        hyperv('-c', running.env['HYPERV_URI_HTTP'], 'version', env=env)
        hyperv('-c', running.env['HYPERV_URI'], 'version', env=env)


def host_info():
    """hyperv host info tells processors and memory."""
    with Running() as running:
        info = json.loads(hyperv('-o', 'json', 'host', 'info', env=running.env))
        assert info['sockets'] == 2 and info['memory-mib'] > info['free-memory-mib'] > 0, info
        assert info['encrypted'] and info['secure'], info


def exit_codes():
    """Each kind of failure has its exit code and one line."""
    with Running() as running:
        env = running.env
        hyperv('info', 'nobody', env=env, code=5)
        hyperv('nonsense', env=env, code=1)
        hyperv('info', env=env, code=1)
        hyperv('-o', 'xml', 'list', env=env, code=1)
        text = hyperv('stop', 'web01', env=env, code=1)
        assert 'shutdown' in text and 'turn-off' in text, text
        with tempfile.NamedTemporaryFile('w') as wrong:
            wrong.write('[auth-hyperv-default]\ncredentials=x\n[credentials-x]\n'
                        'username=administrator\npassword=wrong\n')
            wrong.flush()
            hyperv('version', env={**env, 'HYPERV_AUTH_FILE': wrong.name}, code=3)
        without_ca = env['HYPERV_URI'].split('?')[0]
        text = hyperv('-c', without_ca, 'version',
                      env={'HYPERV_AUTH_FILE': env['HYPERV_AUTH_FILE']}, code=4)
        assert 'sha256:' in text, text
        hyperv('-c', 'hyperv://127.0.0.1:1/?transport=http', 'version', env=env, code=4)
        hyperv('-c', 'hyperv+ssh://host/', 'version', env=env, code=1)
    hyperv('version', code=1)


def uri_is_told():
    """hyperv uri prints the canonical form; LIBVIRT_DEFAULT_URI counts when it is ours."""
    text = hyperv('-c', 'HYPERV://host/?Transport=http', 'uri')
    assert text.strip() == 'hyperv://host/?transport=http', text
    text = hyperv('uri', env={'LIBVIRT_DEFAULT_URI': 'hyperv://other/'})
    assert text.strip() == 'hyperv://other/', text
    hyperv('uri', env={'LIBVIRT_DEFAULT_URI': 'qemu:///system'}, code=1)


def ready_line_and_file():
    """Ready line and ready file say the same; the files are private, and go with the host."""
    with tempfile.TemporaryDirectory() as folder:
        ready = os.path.join(folder, 'ready.json')
        with Running('--ready-file', ready) as running:
            with open(ready, encoding='utf-8') as file:
                assert json.load(file) == running.env
            password = running.env['HYPERV_SIM_PASSWORD_FILE']
            assert stat.S_IMODE(os.stat(password).st_mode) == 0o600
            assert stat.S_IMODE(os.stat(os.path.dirname(password)).st_mode) == 0o700
            assert int(running.env['HYPERV_SIM_PID']) == running.process.pid
        assert not os.path.exists(os.path.dirname(password))
        assert not os.path.exists(running.env['HYPERV_CA'])
        assert not os.path.exists(ready)
        with open(ready, 'w', encoding='utf-8') as file:
            file.write('{}')
        sim('--ready-file', ready, '--listen', 'nowhere', code=1)
        assert not os.path.exists(ready)


def runs_a_command():
    """hyperv-sim -- COMMAND exports the variables and exits with the command's status."""
    text = sim('--', 'sh', '-c', 'echo "$HYPERV_SIM_ENDPOINT"; exit 0')
    assert text.startswith('https://127.0.0.1:'), text
    sim('--', 'sh', '-c', 'exit 7', code=7)
    sim('--', HYPERV, 'list')
    sim('--', 'no-such-command-here', code=127)


def bad_command_lines():
    """A bad command line of hyperv-sim is one line that names the argument and what is expected."""
    for words, named in ((['--host', '2008'], '2012r2'), (['--clock', 'slow'], 'jump'),
                         (['--listen', 'localhost:0'], 'IP address'),
                         (['--listen', '127.0.0.1:70000'], '65535'),
                         (['--listen', '0.0.0.0:0'], '--password-file'),
                         (['--vms', '-1'], '--vms'), (['--nonsense'], '--nonsense'),
                         (['word'], 'word'), (['--'], 'command'),
                         (['--password-file', '/nowhere'], '--password-file /nowhere: '),
                         (['--client-ca', '/nowhere'], '--client-ca /nowhere: '),
                         (['--client-ca', '/etc/passwd'], '--client-ca /etc/passwd: '),
                         (['--keytab', '/nowhere'], '--keytab /nowhere: '),
                         (['--auth', 'certificate'], '--client-ca FILE'),
                         (['--auth', 'basic,kerberos'], '--keytab FILE'),
                         (['--ready-file', '/nowhere/x'], '--ready-file /nowhere/x: '),
                         (['--server-certificate', 'bad'], 'not-yet'),
                         (['--account', 'a=asleep'], 'must-change')):
        text = sim(*words, code=1)
        assert text.startswith('hyperv-sim: ') and named in text, (words, text)
        assert text.count('\n') == 1, text


def files_to_a_limit():
    """Each file that a program reads has a limit; what is none, or a pipe of nobody, is told."""
    with tempfile.TemporaryDirectory() as folder:
        pipe, large = os.path.join(folder, 'pipe'), os.path.join(folder, 'large')
        os.mkfifo(pipe)
        with open(large, 'wb') as file:
            file.truncate(1 << 33)
        who = {'HYPERV_AUTH_FILE': os.path.join(folder, 'auth.conf')}
        with open(who['HYPERV_AUTH_FILE'], 'w', encoding='ascii') as file:
            file.write('[auth-hyperv-default]\ncredentials=x\n'
                       '[credentials-x]\nusername=u\npassword=p\n')
        os.chmod(who['HYPERV_AUTH_FILE'], 0o600)
        uri, both = ['-c', 'hyperv://127.0.0.1:1/?timeout=1'], ['--control', '127.0.0.1:0']
        sim_rows = [([SIM], '--scenario', '4194304'), ([SIM], '--shell-script', '16777216'),
                    ([SIM], '--password-file ', '65536'),
                    ([SIM, *both], '--control-token-file ', '65536'),
                    ([SIM], '--keytab ', '1048576'), ([SIM], '--client-ca ', '1048576')]
        rows = [(words + [option.strip(), path], {}, 1, (option, path), limit)
                for words, option, limit in sim_rows for path in ('/dev/zero', folder, pipe, large)]
        rows += [([HYPERV, uri[0], uri[1] + '&' + option + path, 'list'], env, code, (option, path),
                  limit)
                 for option, env, code, limit in (('authfile=', {}, 3, '1048576'),
                                                  ('cacert=', who, 4, '16777216'),
                                                  ('auth=certificate&cert=', who, 4, '1048576'))
                 for path in ('/dev/zero', folder, pipe, large)]
        rows += [([HYPERV, *uri, 'list'], {**who, 'HYPERV_CA': path}, 4, ('HYPERV_CA=', path),
                  '16777216')
                 for path in ('/dev/zero', folder, pipe, large)]
        check_refused(rows)


def check_refused(rows):
    """All at once, as those with pipes wait; none may take as much memory as it finds bytes."""
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))

    started = [(row, subprocess.Popen(row[0], env={**CLEAN, **row[1]}, text=True,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, start_new_session=True,
                                      preexec_fn=None if 'ASAN_OPTIONS' in os.environ else limit))
               for row in rows]
    for (words, _, code, named, most), process in started:
        try:
            text = process.communicate(timeout=60)[1]
        finally:
            process.kill()
        assert process.returncode == code, (words, process.returncode, text)
        assert all(name.split('&')[-1] in text for name in named), (words, text)
        assert text.count('\n') == 1, (words, text)
        expected = ('found a folder' if os.path.isdir(named[1]) else
                    'pipe' if 'pipe' in named[1] else f'at most {most} bytes' if 'large' in named[1]
                    else 'found')
        assert expected in text, (words, text)


def port_in_use():
    """A port that somebody has is an error that names --listen and the way out."""
    with Running() as running:
        where = '127.0.0.1:' + running.port()
        text = sim('--listen', where, code=1)
        assert f'--listen {where}: ' in text and 'port 0' in text, text


def copied_host():
    """A host that was copied without its model is told what it needs, and in which line."""
    with tempfile.TemporaryDirectory() as folder:
        host = os.path.join(folder, 'mine')
        shutil.copytree(os.path.join(HOSTS, '2019'), host)
        text = sim('--host', host, code=1)
        assert f'{host}/host.ini:6: [host] model: ' in text and 'whole path' in text, text


def leftovers_are_swept():
    """What a killed simulator leaves is removed by the next one; what a living one has is not."""
    with tempfile.TemporaryDirectory() as folder:
        env = {'TMPDIR': folder}
        with Running(env=env) as living:
            with subprocess.Popen([SIM], env={**CLEAN, **env}, stdout=subprocess.PIPE) as dead:
                dead.stdout.readline()
                before = set(os.listdir(folder))
                dead.kill()
            foreign = os.path.join(folder, 'hyperv-sim-foreign')
            os.mkdir(foreign, 0o700)
            assert len(before) == 4, before
            sim('--', 'true', env=env)
            left = {os.path.join(folder, name) for name in os.listdir(folder)}
            assert left == {foreign, *(os.path.dirname(living.env[name])
                                       for name in ('HYPERV_CA', 'HYPERV_AUTH_FILE'))}, left
        assert os.listdir(folder) == ['hyperv-sim-foreign'], os.listdir(folder)


def nothing_is_left():
    """A simulator that cannot write all its files leaves none of them, above all no password."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    with tempfile.TemporaryDirectory() as folder:
        text = sim('--http', env={'TMPDIR': folder}, code=1, preexec_fn=limit)
        assert 'auth.conf' in text, text
        assert os.listdir(folder) == [], os.listdir(folder)


def refusals_are_told():
    """A refused request is one line on stderr."""
    running = Running()
    with running:
        subprocess.run(['curl', '-s', '--cacert', running.env['HYPERV_CA'], '-X', 'POST',
                        '-H', 'Content-Type: application/soap+xml;charset=UTF-8',
                        '-d', '<nonsense/>',
                        '-u', 'administrator:' + open(running.env['HYPERV_SIM_PASSWORD_FILE'],
                                                      encoding='utf-8').read(),
                        running.env['HYPERV_SIM_ENDPOINT']], check=True, capture_output=True)
    assert 'refused #1' in running.stderr, running.stderr


def generated_vms():
    """--vms N generates VMs, the same ones for the same seed."""
    with Running('--vms', '20') as first, Running('--vms', '20') as second, \
            Running('--vms', '20', '--seed', '2') as other:
        rows = [hyperv('-o', 'json', 'list', '--all', env=one.env)
                for one in (first, second, other)]
        assert len(json.loads(rows[0])) == 26
        assert rows[0] == rows[1]
        assert rows[0] != rows[2]


tap.run([version_of_each_release, list_in_both_forms, power_and_info, query_any_class,
         over_http_too, host_info, exit_codes, uri_is_told, ready_line_and_file, runs_a_command,
         bad_command_lines, files_to_a_limit, port_in_use, copied_host, leftovers_are_swept,
         nothing_is_left, refusals_are_told, generated_vms])
