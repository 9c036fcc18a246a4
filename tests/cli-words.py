# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command line of hyperv, what it says when something is missing, and where its output goes."""
import json
import os
import stat
import subprocess
import tempfile

import tap
from programs import HYPERV, SIM, Running, hyperv, run, sim

AUTH = '[auth-hyperv-default]\ncredentials=x\n[credentials-x]\nusername={}\npassword={}\n'


class Folder(tempfile.TemporaryDirectory):
    """A folder for files of a test; its auth.conf files are private unless said otherwise."""

    def file(self, name, text, mode=0o600):
        path = os.path.join(self.name, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def __enter__(self):
        return self


def options_anywhere():
    """Options stand before and after the command, in every form."""
    with Running() as running:
        uri, env = running.env['HYPERV_URI'], {'HYPERV_AUTH_FILE': running.env['HYPERV_AUTH_FILE']}
        for words in (['list', '-o', 'json'], ['-ojson', 'list'], ['list', '--output=json'],
                      ['--output', 'json', 'list'], ['list', '--all', '-ojson'],
                      ['--all', '-o', 'json', 'list']):
            rows = json.loads(hyperv('-c', uri, *words, env=env))
            assert len(rows) == (6 if '--all' in words else 3), (words, rows)
        for words in (['-c', uri], ['--connect=' + uri], ['-c' + uri]):
            assert '10.0.17763' in hyperv('version', *words, env=env), words
        hyperv('-c', uri, '--', 'info', 'web01', env=env)
        text = hyperv('-c', uri, 'info', '--', '--all', env=env, code=5)
        assert '“--all”' in text, text


def bad_words():
    """What is wrong with a command line is one line that says what there is instead."""
    for words, named in (
            (['list', '--foo'], ['--foo', '--all']), (['start', '--all', 'x'], ['--all', '--']),
            (['list', '-x'], ['-x']), (['-o', 'list'], ['-o list', 'table or json']),
            (['-o', 'xml', 'list'], ['-o xml', 'table or json']),
            (['list', '-o'], ['-o', 'nothing']),
            (['list', '-c'], ['-c', 'URI']), (['list', '--help=x'], ['--help', 'no value']),
            (['list', 'web01'], ['usage: hyperv list']),
            (['info'], ['usage: hyperv info VM']),
            (['start', 'my', 'vm'], ["hyperv start 'my vm'", 'quote']), ([], ['no command']),
            (['--foo'], ['--foo']), (['help', 'foo'], ['foo']),
            (['nonsense', '--help'], ['nonsense']),
            (['-c', 'hyperv://h/?noverify=1', 'list'], ['noverify']),
            (['-c', 'hyperv://h/?transport=http&cacert=/x', 'list'],
             ['cacert=', 'transport=http'])):
        text = hyperv(*words, code=1)
        assert all(name in text for name in named), (words, text)


def help_is_there():
    """help, --help, COMMAND --help and help COMMAND print usage on stdout."""
    for words in (['help'], ['--help'], ['-h']):
        text = hyperv(*words)
        assert 'list [--all]' in text and 'remove-saved-state VM' in text, text
    for words in (['help', 'list'], ['list', '--help'], ['list', '-h'], ['--help', 'list']):
        text = hyperv(*words)
        assert 'list [--all]' in text and 'start' not in text, (words, text)
    assert hyperv('--version').startswith('hyperv ')


def output_that_cannot_be_written():
    """Output that does not arrive is an error of both programs."""
    with Running() as running, open('/dev/full', 'w', encoding='utf-8') as full:
        for program, words in ((HYPERV, ['list']), (HYPERV, ['-o', 'json', 'list']),
                               (HYPERV, ['help']), (SIM, []), (SIM, ['--version']),
                               (SIM, ['--list-hosts']), (SIM, ['--help']), (SIM, ['--verbs']),
                               (HYPERV, ['--version']), (HYPERV, ['explain', '5'])):
            for out in ({'stdout': full, 'stderr': subprocess.PIPE, 'capture_output': False},
                        {'preexec_fn': lambda: os.close(1)}):
                done = run(program, *words, env=running.env, **out)
                assert done.returncode == 1, (program, words, done)
                assert 'could not be written' in done.stderr, (program, words, done)
        # more than a buffer holds: what stdio saw meanwhile is not told as another error
        done = run(HYPERV, 'get', 'Msvm_ComputerSystem', env=running.env, stdout=full,
                   stderr=subprocess.PIPE, capture_output=False)
        assert done.returncode == 1 and 'could not be written' in done.stderr, done
        assert 'Input/output error' not in done.stderr, done
        # nothing to be written is nothing that fails
        done = run(HYPERV, 'list', env=running.env, preexec_fn=lambda: (os.close(0), os.close(2)))
        assert done.returncode == 0 and 'web01' in done.stdout, done


def plain_quotes():
    """In a locale without them quotes are plain, and nothing is a question mark."""
    for words in (['nonsense'], ['-c', 'hyperv://h/', 'list', '--foo']):
        for locale, quote in (('C', '"'), ('C.UTF-8', '“')):
            done = run(HYPERV, *words, env={'LC_ALL': locale})
            assert quote in done.stderr and '?' not in done.stderr, (locale, done.stderr)
    done = run(SIM, 'word', env={'LC_ALL': 'C'})
    assert '"word"' in done.stderr, done.stderr
    name = sim('--', HYPERV, '-o', 'json', 'query',
               'SELECT Caption FROM Win32_OperatingSystem', 'root/cimv2', env={'LC_ALL': 'C'})
    assert json.loads(name), name


def which_credentials():
    """The places of credentials, in their order; what wins over the URI is told, and so is a file
    that everybody can read."""
    with Running() as running, Folder() as folder:
        env, ca = running.env, {'HYPERV_CA': running.env['HYPERV_CA']}
        wrong = folder.file('wrong.conf', AUTH.format('administrator', 'wrong'))
        uri = running.uri('?authfile=' + env['HYPERV_AUTH_FILE'])
        hyperv('-c', uri, 'version', env=ca)
        done = run(HYPERV, '-c', uri, 'version', env={**ca, 'HYPERV_AUTH_FILE': wrong})
        assert done.returncode == 3, done
        assert (f'hyperv: warning: credentials come from HYPERV_AUTH_FILE={wrong}, which wins over '
                f'the URI\'s authfile={env["HYPERV_AUTH_FILE"]}\n') in done.stderr, done.stderr
        with open(env['HYPERV_AUTH_FILE'], encoding='utf-8') as file:
            open_file = folder.file('open.conf', file.read(), 0o644)
        done = run(HYPERV, '-c', running.uri(), 'version',
                   env={**ca, 'HYPERV_AUTH_FILE': open_file})
        assert done.returncode == 0, done
        assert done.stderr.startswith('hyperv: warning: ' + open_file), done.stderr
        assert done.stderr.count('\n') == 1, done.stderr


def bad_files():
    """Files that do not serve: each has its exit code, its name, and who named it."""
    with Running() as running, Folder() as folder:
        env = {'HYPERV_CA': running.env['HYPERV_CA'],
               'HYPERV_AUTH_FILE': running.env['HYPERV_AUTH_FILE'], 'XDG_CONFIG_HOME': folder.name}
        bad = folder.file('bad', 'nonsense\n')
        for query, more, code, named in (
                ('', {'HYPERV_AUTH_FILE': '/nowhere'}, 3,
                 'HYPERV_AUTH_FILE=/nowhere: No such file'),
                ('', {'HYPERV_AUTH_FILE': bad}, 3, bad + ':1: '),
                ('?authfile=/nowhere', {'HYPERV_AUTH_FILE': ''}, 3,
                 'authfile=/nowhere: No such file'),
                ('', {'HYPERV_AUTH_FILE': ''}, 3, folder.name + '/libvirt/auth.conf (No such file'),
                ('', {'HYPERV_AUTH_FILE': ''}, 3, '"[credentials-127.0.0.1]"'),
                ('', {'HYPERV_CA': '/nowhere'}, 4, 'HYPERV_CA=/nowhere: '),
                ('', {'HYPERV_CA': '/nowhere'}, 4, 'No such file'),
                ('', {'HYPERV_CA': bad}, 4, f'HYPERV_CA={bad}: '),
                ('?cacert=/nowhere', {}, 4, 'cacert=/nowhere: '),
                ('?cert=/nowhere', {}, 4, 'cert=/nowhere: '),
                ('?cert=' + bad, {}, 4, f'cert={bad}: ')):
            text = hyperv('-c', running.uri(query), 'version', env={**env, **more}, code=code)
            assert named in text, (query, more, text)


def who_says_trust():
    """HYPERV_CA is for URIs that say nothing about trust."""
    with Running('--https', '--http') as running, Folder() as folder:
        env = {'HYPERV_AUTH_FILE': running.env['HYPERV_AUTH_FILE'], 'HYPERV_CA': '/nowhere'}
        known = os.path.join(folder.name, 'known')
        pin = 'pin=sha256:' + '0' * 64
        for query, code, named in (
                ('?cacert=' + running.env['HYPERV_CA'], 0, ''),
                ('?' + pin, 4, 'not the pinned one'),
                (f'?known_hosts={known}', 4, 'is not in'),
                (f'?known_hosts={known}&accept_new=1', 0, ''),
                (f'?known_hosts={known}', 0, ''), ('?no_verify=1', 0, 'NOT verified'),
                ('?no_verify=0', 4, 'HYPERV_CA'), ('', 4, 'HYPERV_CA')):
            done = run(HYPERV, '-c', running.uri(query), 'version', env=env)
            assert done.returncode == code and named in done.stderr, (query, done)
            assert done.stderr.count('\n') == (1 if named else 0), (query, done.stderr)
        assert stat.S_ISREG(os.stat(known).st_mode)
        hyperv('-c', running.uri('?transport=http', http=True), 'version', env=env)
        text = hyperv('-c', 'hyperv://h/?spn=pin=cacert=', 'uri',
                      env={'HYPERV_CA': running.env['HYPERV_CA']})
        assert '&cacert=' + running.env['HYPERV_CA'] in text or \
            '?cacert=' + running.env['HYPERV_CA'] in text, text


tap.run([options_anywhere, bad_words, help_is_there, output_that_cannot_be_written, plain_quotes,
         which_credentials, bad_files, who_says_trust])
