# SPDX-License-Identifier: LGPL-2.1-or-later
"""Benchmarks of the two halves. Prints one line a figure: name value unit.

usage: bench.py HYPERV_SIM IN_PROCESS
"""
import base64
import os
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import time

SIM, IN_PROCESS = sys.argv[1:3]
TICKS = os.sysconf('SC_CLK_TCK')
NS_WMI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/'
GET = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>'
    '<a:Action s:mustUnderstand="true">'
    'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get</a:Action>'
    '<a:To>http://127.0.0.1/wsman</a:To>'
    '<w:ResourceURI s:mustUnderstand="true">' + NS_WMI + 'Msvm_ComputerSystem</w:ResourceURI>'
    '<a:MessageID>uuid:00000000-0000-4000-8000-000000000001</a:MessageID>'
    '<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous'
    '</a:Address></a:ReplyTo><w:SelectorSet>'
    '<w:Selector Name="CreationClassName">Msvm_ComputerSystem</w:Selector>'
    '<w:Selector Name="Name">DA544605-7DB3-4A68-8931-78277B4AAC9D</w:Selector>'
    '</w:SelectorSet></s:Header><s:Body/></s:Envelope>')


def show(name, value, unit):
    print(f'{name} {value:.2f} {unit}' if isinstance(value, float) else f'{name} {value} {unit}',
          flush=True)


class Simulator:
    """A simulator, with the time that it took from exec to its ready line."""

    def __init__(self, *words):
        began = time.perf_counter()
        self.process = subprocess.Popen([SIM, '--http', *words], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.ready_ms = (time.perf_counter() - began) * 1000
        self.env = dict(word.split('=', 1) for word in shlex.split(line))

    def cpu(self):
        with open(f'/proc/{self.process.pid}/stat', encoding='ascii') as file:
            fields = file.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_kib(self):
        with open(f'/proc/{self.process.pid}/status', encoding='ascii') as file:
            return next(int(line.split()[1]) for line in file if line.startswith('VmRSS'))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def gets_per_cpu_second(simulator, n):
    with open(simulator.env['HYPERV_SIM_PASSWORD_FILE'], encoding='ascii') as file:
        login = base64.b64encode(b'administrator:' + file.read().encode()).decode()
    port = int(simulator.env['HYPERV_SIM_ENDPOINT'].rsplit(':', 1)[1].split('/')[0])
    body = GET.encode()
    request = (f'POST /wsman HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Basic {login}\r\n'
               'Content-Type: application/soap+xml;charset=UTF-8\r\n'
               f'Content-Length: {len(body)}\r\n\r\n').encode() + body
    with socket.create_connection(('127.0.0.1', port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(n + 200):
            if i == 200:  # warm
                began = simulator.cpu()
            connection.sendall(request)
            reply = b''
            while not reply.endswith(b'</s:Envelope>'):
                piece = connection.recv(65536)
                assert piece, reply
                reply += piece
            assert b'GetResponse' in reply, reply
    return n / (simulator.cpu() - began)


def ready(words, times):
    figures = []
    for _ in range(times):
        simulator = Simulator(*words)
        figures.append(simulator.ready_ms)
        simulator.stop()
    return statistics.median(figures)


show('exec-to-ready-http', ready([], 21), 'ms')
show('exec-to-ready-https', ready(['--https'], 21), 'ms')
for count in (1000, 10000, 100000):
    show(f'exec-to-ready-{count}-vms', ready(['--vms', str(count)], 5), 'ms')
few, many = Simulator('--vms', '10'), Simulator('--vms', '10000')
show('memory-per-untouched-vm', (many.memory_kib() - few.memory_kib()) / 9990, 'KiB')
show('gets-per-cpu-second-10-vms', round(gets_per_cpu_second(few, 20000)), 'requests')
show('gets-per-cpu-second-10000-vms', round(gets_per_cpu_second(many, 20000)), 'requests')
few.stop()
many.stop()
subprocess.run([IN_PROCESS], check=True)
