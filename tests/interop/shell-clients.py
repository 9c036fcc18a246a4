# SPDX-License-Identifier: LGPL-2.1-or-later
"""Remote shells (WinRS): programs that nobody here wrote run commands on the simulator.

usage: shell-clients.py HYPERV_SIM FOLDER    FOLDER: where npm's module is kept
"""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from authkit import Sim, build_go, tap  # noqa: E402

PROGRAM, FOLDER = sys.argv[1:3]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LONG = ''.join(f'line {number}\r\n' for number in range(30000))
SCRIPT = '''# What the host says besides what cmd.exe knows.
command ipconfig /all
  stdout Windows IP Configuration
command long
  stdout-file long.txt
command slow
  stdout begins
  wait 200s
  stderr ends
  exit 9
command sort
  read
  input stdout
command ask
  stdout Name?
  read line
  input stdout
command both
  stdout good
  stderr bad
  exit 3
powershell *Get-VM -Name web01*
  stdout web01 Running
'''
UNKNOWN = ("'nope' is not recognized as an internal or external command,\r\n"
           'operable program or batch file.\r\n')

# Command line, standard input, exit code, standard output, standard error.
ROWS = [
    ('hostname', None, 0, 'HV2019\r\n', ''),
    ('echo hi there', None, 0, 'hi there\r\n', ''),
    ('cmd /c exit 7', None, 7, '', ''),
    ('nope', None, 1, '', UNKNOWN),
    ('ipconfig /all', None, 0, 'Windows IP Configuration\r\n', ''),
    ('both', None, 3, 'good\r\n', 'bad\r\n'),
    ('slow', None, 9, 'begins\r\n', 'ends\r\n'),
    ('long', None, 0, LONG, ''),
]
WITH_INPUT = [*ROWS, ('sort', 'b\na\n', 0, 'b\na\n', '')]


class Shells(Sim):
    """A host with that script."""

    def __init__(self, *options):
        self.scripts = tempfile.mkdtemp(prefix='shells-')
        for name, text in (('script', SCRIPT), ('long.txt', LONG)):
            with open(os.path.join(self.scripts, name), 'w', encoding='ascii', newline='') as file:
                file.write(text)
        super().__init__(PROGRAM, '--shell-script', os.path.join(self.scripts, 'script'), *options,
                         env={'KRB5_CONFIG': '/dev/null'})

    def __exit__(self, *error):
        super().__exit__(*error)
        shutil.rmtree(self.scripts, ignore_errors=True)

    def refusals(self):
        """The lines of what was refused, without numbers."""
        return [re.sub(r' #\d+', '', line) for line in self.say().splitlines()]


def compare(found, rows):
    """What a client got for the rows, one by one."""
    assert len(found) == len(rows), found
    for row, got in zip(rows, found):
        assert tuple(got) == (row[2], row[3], row[4]), f'{row[0]}: {str(got)[:300]}'


PYWINRM = '''
import json, sys
from winrm.protocol import Protocol
url, scheme, user, ca = sys.argv[1:5]
password, rows = json.loads(sys.stdin.read())
protocol = Protocol(url, transport=scheme, username=user, password=password, ca_trust_path=ca,
                    operation_timeout_sec=20, read_timeout_sec=30)
found = []
for line in rows:
    words = line.split(' ')
    shell = protocol.open_shell(codepage=437)
    command = protocol.run_command(shell, words[0], words[1:])
    out, err, code = protocol.get_command_output(shell, command)
    protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)
    found.append((code, out.decode(), err.decode()))
print(json.dumps(found))
'''
PYWINRM_MORE = '''
import json, sys
import winrm
from winrm.exceptions import WinRMTransportError
from winrm.protocol import Protocol
url, user = sys.argv[1:3]
password, _ = json.loads(sys.stdin.read())
session = winrm.Session(url, auth=(user, password), transport="basic")
done = session.run_cmd("ipconfig", ["/all"])
script = session.run_ps("$x = 1\\nGet-VM -Name web01 | Format-List")
protocol = Protocol(url, transport="basic", username=user, password=password)
shell = protocol.open_shell(working_directory="C:\\\\Windows", env_vars={"FOO": "bar"},
                            idle_timeout="PT90S", codepage=65001)
both = [protocol.run_command(shell, "echo %FOO%& cd"), protocol.run_command(shell, "hostname")]
said = [protocol.get_command_output(shell, command)[0].decode() for command in reversed(both)]
protocol.close_shell(shell)
try:
    protocol.run_command(shell, "hostname")
    fault = None
except Exception as error:
    fault = str(error)
print(json.dumps([done.status_code, done.std_out.decode(), script.status_code,
                  script.std_out.decode(), said, fault]))
'''


def run_pywinrm(sim, program, *words, rows=()):
    """One of the programs above, with Debian's python3-winrm."""
    have = subprocess.run(['/usr/bin/python3', '-c', 'import winrm, requests_ntlm'],
                          capture_output=True, check=False)
    if have.returncode != 0:
        raise tap.Skip('python3-winrm is not installed')
    done = subprocess.run(
        ['/usr/bin/python3', '-W', 'ignore', '-c', program, *words],
        input=json.dumps([sim.password, [row[0] for row in rows]]), capture_output=True, text=True,
        env={**sim.env, 'OPENSSL_CONF': sim.path('openssl.cnf')}, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def pywinrm():
    """pywinrm: commands, exit codes, long output, and a command that takes minutes"""
    for scheme, transport in (('basic', 'http'), ('basic', 'https'), ('ntlm', 'http')):
        with Shells() as sim:
            compare(run_pywinrm(sim, PYWINRM, sim.urls[transport], scheme, sim.user, sim.ca,
                                rows=ROWS), ROWS)
            assert not sim.refusals(), sim.say()


def pywinrm_late():
    """pywinrm asks again when OperationTimeout is over"""
    with Shells('--clock', 'x200') as sim:
        rows = [row for row in ROWS if row[0] == 'slow']
        compare(run_pywinrm(sim, PYWINRM, sim.urls['http'], 'basic', sim.user, sim.ca, rows=rows),
                rows)
        # 200 s in pieces of 20 s
        late = [line for line in sim.refusals() if 'nothing to receive' in line]
        assert 5 <= len(late) <= 10 and late == sim.refusals(), sim.say()


def pywinrm_more():
    """pywinrm: run_cmd, run_ps, folder, variables, two commands in a shell, and a closed shell"""
    with Shells() as sim:
        code, out, ps_code, ps_out, said, fault = run_pywinrm(sim, PYWINRM_MORE, sim.urls['http'],
                                                              sim.user)
        assert (code, out) == (0, 'Windows IP Configuration\r\n'), (code, out)
        assert (ps_code, ps_out) == (0, 'web01 Running\r\n'), (ps_code, ps_out)
        assert said == ['HV2019\r\n', 'bar\r\nC:\\Windows\r\n'], said
        assert '500' in fault or 'selectors' in fault, fault


GO = '''package main

import (
    "bytes"
    "encoding/json"
    "os"
    "strconv"
    "strings"
    "time"

    "github.com/masterzen/winrm"
)

type row struct {
    Line, Input string
    HasInput    bool
}

func main() {
    port, _ := strconv.Atoi(os.Args[2])
    ca, _ := os.ReadFile(os.Args[5])
    endpoint := winrm.NewEndpoint("127.0.0.1", port, os.Args[1] == "https", false, ca, nil, nil,
        60*time.Second)
    params := winrm.NewParameters("PT20S", "en-US", 153600)
    if os.Args[4] == "ntlm" {
        params.TransportDecorator = func() winrm.Transporter { return &winrm.ClientNTLM{} }
    }
    secret := os.Getenv("GO_SECRET")
    client, err := winrm.NewClientWithParameters(endpoint, os.Args[3], secret, params)
    if err != nil {
        panic(err)
    }
    var rows []row
    json.NewDecoder(os.Stdin).Decode(&rows)
    var found [][]interface{}
    for _, one := range rows {
        var out, complaint bytes.Buffer
        var code int
        if one.HasInput {
            input := strings.NewReader(one.Input)
            code, err = client.RunWithInput(one.Line, &out, &complaint, input)
        } else {
            code, err = client.Run(one.Line, &out, &complaint)
        }
        if err != nil {
            panic(err)
        }
        found = append(found, []interface{}{code, out.String(), complaint.String()})
    }
    json.NewEncoder(os.Stdout).Encode(found)
}
'''


def go():
    """masterzen/winrm: commands, input, exit codes, long output, a command that takes minutes"""
    with tempfile.TemporaryDirectory() as folder:
        program = build_go(folder, GO)
        # Its NTLM logs in with each request, and two at a time (input and output) get in each
        # other's way on its connections.
        for scheme, transport, rows in (('basic', 'http', WITH_INPUT), ('ntlm', 'https', ROWS),
                                        ('basic', 'https', WITH_INPUT)):
            with Shells() as sim:
                port = re.search(r':(\d+)/', sim.urls[transport]).group(1)
                done = subprocess.run(
                    [program, transport, port, sim.user, scheme, sim.ca],
                    input=json.dumps([{'Line': row[0], 'Input': row[1] or '',
                                       'HasInput': row[1] is not None} for row in rows]),
                    env={**sim.env, 'GO_SECRET': sim.password}, capture_output=True, text=True,
                    timeout=120, check=False)
                assert done.returncode == 0, done.stderr[-2000:]
                compare(json.loads(done.stdout), rows)


MODULE = 'winrm-client@0.0.11'
INTEGRITY = ('sha512-uAEHicMbXuPsnxII96Y21rpFqgRYjZfEzckYZwgqSZZ'
             'QPT97fwDCNopCNlEreWK4yyexTtJpTx0xtOoaEB1Slg==')
NODE = '''
const { runCommand, runPowershell, runInteractiveCommand, Shell } = require(process.argv[1]);
const [host, port, user, secure] = process.argv.slice(2);
const read = require('fs').readFileSync(0, 'utf8').trimEnd();
const end = [host, user, read, Number(port)];
const https = secure === 'https';
(async () => {
  const found = [];
  for (const line of ['hostname', 'echo hi', 'nope', 'ipconfig /all'])
    found.push(await runCommand(line, ...end, false, https));
  found.push(await runPowershell('Get-VM -Name web01', ...end, https));
  found.push(await runInteractiveCommand('ask', ...end,
    [{ pattern: /Name\\?/, response: 'Ada' }], 20000, 20000, 20, https));
  console.log(JSON.stringify(found));
})().catch((error) => { console.error(error); process.exit(1); });
'''


def npm_module():
    """The module of npm's registry, kept in the build folder; its path."""
    for name in ('npm', 'node'):
        if not shutil.which(name):
            raise tap.Skip(f'{name} is not installed')
    module = os.path.join(os.path.abspath(FOLDER), 'node_modules', 'winrm-client')
    if not os.path.isdir(module):
        os.makedirs(FOLDER, exist_ok=True)
        done = subprocess.run(['npm', 'install', '--prefix', FOLDER, '--ignore-scripts',
                               '--no-audit', '--no-fund', MODULE],
                              capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            raise tap.Skip(f"npm cannot install {MODULE}: {done.stderr.strip().splitlines()[-1:]}")
    with open(os.path.join(FOLDER, 'package-lock.json'), encoding='utf-8') as file:
        lock = json.load(file)['packages']['node_modules/winrm-client']
    assert lock['integrity'] == INTEGRITY, lock
    return module


def npm():
    """npm's winrm-client: commands, PowerShell, and a prompt that is answered"""
    module = npm_module()
    # by its name's form it takes Basic, or NTLM (which it does not seal)
    for user, transport in (('administrator', 'http'), ('administrator', 'https'),
                            ('WORKGROUP\\administrator', 'http'),
                            ('WORKGROUP\\administrator', 'https')):
        with Shells() as sim:
            port = re.search(r':(\d+)/', sim.urls[transport]).group(1)
            done = subprocess.run(['node', '-e', NODE, '--', module, '127.0.0.1', port, user,
                                   transport], input=sim.password, capture_output=True, text=True,
                                  env={**sim.env, 'NODE_EXTRA_CA_CERTS': sim.ca}, timeout=120,
                                  check=False)
            assert done.returncode == 0, f'{user} {transport}: {done.stderr[-2000:]}'
            found = json.loads(done.stdout)
            assert found == ['HV2019', 'hi', UNKNOWN.strip(), 'Windows IP Configuration',
                             'web01 Running', 'Name?Ada'], found


class Client:
    """The requests of a capture, with the ids that the simulator gives."""

    def __init__(self, name):
        path = os.path.join(ROOT, 'fixtures', 'captures', name + '.txt')
        with open(path, encoding='utf-8') as file:
            text = file.read()
        self.bodies = {re.search(r'[/](\w+)</a:Action>', body).group(1): body
                       for body in re.findall(r'<\?xml.*?Envelope>', text, re.S)}
        self.shell, self.command = ('11111111-1111-1111-1111-11111111111' + n for n in '34')
        self.is_open, self.runs, self.told = False, False, False
        self.output = None

    def body(self, verb):
        ids = {'3': self.shell, '4': self.command}
        return re.sub('11111111-1111-1111-1111-11111111111([34])', lambda m: ids[m.group(1)],
                      self.bodies[verb])

    def expects(self, verb):
        """The status that is due, in whatever order requests come."""
        due = {'Create': True, 'Command': self.is_open, 'Delete': self.is_open,
               'Receive': self.is_open and self.runs and not self.told,
               'Signal': self.is_open and self.runs}[verb]
        return 200 if due else 500

    def learn(self, verb, reply):
        """What came back changes what is due."""
        if verb == 'Create':
            self.shell = re.search(r'<rsp:ShellId>([^<]+)', reply).group(1)
            self.is_open, self.runs, self.told = True, False, False
        elif verb == 'Command':
            self.command = re.search(r'<rsp:CommandId>([^<]+)', reply).group(1)
            self.runs, self.told = True, False
        elif verb == 'Receive':
            assert '/CommandState/Done' in reply, reply
            self.output = re.search(r'Name="stdout"[^>]*>([^<]+)<', reply).group(1)
            self.told = True
        elif verb == 'Signal':
            self.runs = False
        else:
            self.is_open = False


def post(sim, body):
    """curl's status and reply."""
    with open(sim.path('body'), 'w', encoding='utf-8') as file:
        file.write(body)
    with open(sim.path('curlrc'), 'w', encoding='utf-8') as file:
        file.write(f'user = "{sim.user}:{sim.password}"\n')
    done = subprocess.run(
        ['curl', '-s', '--config', sim.path('curlrc'), '-H',
         'Content-Type: application/soap+xml;charset=UTF-8', '--data-binary',
         '@' + sim.path('body'), '-w', '\n%{http_code}', sim.urls['http']],
        capture_output=True, text=True, timeout=60, check=True)
    reply, _, status = done.stdout.rpartition('\n')
    return int(status), reply


VERBS = ('Create', 'Command', 'Receive', 'Signal', 'Delete')


def replay(sim, steps):
    """Sends the steps (client, verb); each must be answered as it is due."""
    for client, verb in steps:
        status, reply = post(sim, client.body(verb))
        assert status == client.expects(verb), f'{verb}: {status} {reply[:1000]}'
        if status == 200:
            client.learn(verb, reply)
        else:
            assert 'w:InvalidSelectors' in reply and '2150858843' in reply, reply[:2000]


def captures():
    """curl replays what pywinrm and masterzen/winrm sent: in order, interleaved, shuffled"""
    if not shutil.which('curl'):
        raise tap.Skip('curl is not installed')
    with Shells() as sim:
        clients = [Client(name) for name in ('pywinrm-run_cmd', 'go-winrm-run')]
        for client in clients:
            replay(sim, [(client, verb) for verb in VERBS])
        replay(sim, [(client, verb) for verb in VERBS for client in clients])
        assert [client.output for client in clients] == ['V2luZG93cyBJUCBDb25maWd1cmF0aW9uDQo='] * 2
        for seed in range(4):
            steps = [(client, verb) for verb in VERBS for client in clients]
            random.Random(seed).shuffle(steps)
            replay(sim, steps)
        replay(sim, [(client, verb) for client in clients for verb in VERBS])


def powershell_remoting():
    """A client of PowerShell remoting is told that there is none"""
    if not shutil.which('curl'):
        raise tap.Skip('curl is not installed')
    with Shells() as sim:
        body = Client('go-winrm-run').body('Create').replace(
            'http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd',
            'http://schemas.microsoft.com/powershell/Microsoft.PowerShell')
        status, reply = post(sim, body)
        assert status == 500 and 'does not speak the PowerShell Remoting Protocol' in reply, reply
        assert any('PowerShell remoting (PSRP) is not simulated' in line
                   for line in sim.refusals()), sim.say()


tap.run([pywinrm, pywinrm_late, pywinrm_more, go, npm, captures, powershell_remoting])
