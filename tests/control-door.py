# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control API's HTTP door, and who leans against it."""
import json
import os
import resource
import socket
import sys
import tempfile
import threading
import urllib.parse

import tap
from control import Api, Site

MIB = 1024 * 1024
# What is freed is kept for a while there.
SANITIZED = sys.argv[3:] not in ([], ['none'])


def address(site):
    return '127.0.0.1', urllib.parse.urlsplit(site.api.uri).port


def raw(site, text, more=(), shut=False):
    """Sends bytes as they are, then each of @more; status and body of what is answered."""
    with socket.create_connection(address(site), timeout=60) as client:
        client.sendall(text)
        for piece in more:
            client.sendall(piece)
        if shut:
            client.shutdown(socket.SHUT_WR)
        reply = b''
        while True:
            got = client.recv(65536)
            reply += got
            head, _, body = reply.partition(b'\r\n\r\n')
            length = [int(line.split(b':')[1]) for line in head.split(b'\r\n')
                      if line.lower().startswith(b'content-length:')]
            if not got or length and len(body) >= length[0]:
                return (int(reply.split()[1]) if reply else 0), head.decode(), body


def post(site, path, body, *headers):
    """One POST of bytes; status, the reply's error object."""
    lines = ['POST /v1' + path + ' HTTP/1.1', 'Host: 127.0.0.1', f'Content-Length: {len(body)}',
             *headers]
    status, _, text = raw(site, '\r\n'.join(lines).encode() + b'\r\n\r\n' + body)
    return status, json.loads(text)


def memory(site):
    """Resident memory of the simulator in bytes."""
    with open(f'/proc/{site.process.pid}/statm', encoding='ascii') as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def refuses_json():
    """JSON that is too deep, said twice, cut by a NUL or not there is refused, with its place."""
    deep = b'[' * 100000
    with Site() as site:
        for path, body, expected in (
                ('/vms/db01/state', b'{"state": ' + deep, 'body:1: expected calls at most 32'),
                ('/failures?x=' + '%5B' * 20000, b'', '$: failure-add needs "filter"'),
                ('/do', deep, 'call:1: expected calls at most 32 levels deep, found more'),
                ('/do', b'', 'call: expected a call or an array of calls, found nothing'),
                ('/do', b'{"do": "seed"}\0', 'call: no JSON: expected text, found a NUL at byte '
                                             '15'),
                ('/reset', b'{"seed": 1}\0', 'body: no JSON: expected text, found a NUL at byte '
                                             '12'),
                ('/reset', b'{"seed": 1,\n"seed": 2}',
                 'body:2: $.seed: expected each name once, found it twice'),
                ('/instances', b'{"class": "x", "properties": {"a": [0, {"b": 1, "b": 1}]}}',
                 'body:1: $.properties.a[1].b: expected each name once, found it twice'),
                ('/do', b'[\n{"do": "seed"},\n{"do": "vm", "vm": {"a": 1,\n"a": 1},'
                        b' "vm": "db01"}]',
                 'call:4: $[1].vm: expected each name once, found it twice'),
                ('/reset?seed=1&seed=2', b'', '$.seed: the query says 2, and 1 was said before'),
                ('/reset?seed=1', b'{"seed": 2}', '$.seed: the query says 1, and 2 was said'),
                ('/reset?seed=%FF', b'', 'query: expected name=value'),
                ('/vms/db01/state', b'{"vm": "web01", "state": "off"}',
                 '$.vm: the path says "db01", and "web01" was said before; say it once')):
            status, found = post(site, path, body)
            assert status == 400 and expected in found['message'], (path, found)
        assert site.api('GET', '/vms/web01')['state'] == 'running'
        assert site.api('POST', '/vms/db01/state', {'vm': 'db01', 'state': 'off'})['name'] == 'db01'


def keeps_no_body():
    """More than 4 MiB, or what somebody without a token sends, is not kept in memory."""
    chunk = b'100000\r\n' + b' ' * MIB + b'\r\n'
    head = 'POST /v1/reset HTTP/1.1\r\nHost: 127.0.0.1\r\n'
    chunked = (head + 'Transfer-Encoding: chunked\r\n\r\n').encode()
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, 'token')
        with open(file, 'w', encoding='utf-8') as out:
            out.write('secret\n')
        for words, expected in (((), 413), (('--control-token-file', file), 401)):
            with Site(*words) as site:
                before = memory(site)
                found = raw(site, chunked, [chunk] * 64 + [b'0\r\n\r\n'])[0]
                assert found == expected, found
                length = f'{head}Content-Length: {64 * MIB}\r\n\r\n'.encode()
                found = raw(site, length, [b' ' * MIB] * 64)[0]
                assert found == expected, found
                assert SANITIZED or memory(site) - before < 32 * MIB, (before, memory(site))
    with Site() as site:
        status, found = post(site, '/reset', b' ' * (4 * MIB) + b'{}')
        assert status == 413 and found['message'] == 'expected at most 4 MiB', found
        assert post(site, '/reset', b' ' * (4 * MIB - 2) + b'{}')[0] == 200


def pages():
    """A page in a browser is told by what browsers say of it, and by names that point here."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, 'token')
        with open(file, 'w', encoding='utf-8') as out:
            out.write('secret\n')
        with Site() as site:
            for headers, code in (({'Origin': 'null'}, 403),
                                  ({'Sec-Fetch-Site': 'cross-site'}, 403),
                                  ({'Sec-Fetch-Site': 'same-site'}, 403),
                                  ({'Sec-Fetch-Site': 'none'}, 200),
                                  ({'Host': 'LocalHost:80'}, 200), ({'Host': '[::1]:80'}, 200),
                                  ({'Host': '127.0.0.1.evil.example'}, 403)):
                site.api('GET', '/seed', code=code, headers=headers)
            status = raw(site, b'OPTIONS /v1/seed HTTP/1.1\r\nHost: 127.0.0.1\r\n'
                               b'Origin: http://evil.example\r\n\r\n')[0]
            assert status == 403, status
            assert 'X-Content-Type-Options: nosniff' in raw(
                site, b'GET /v1/seed HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')[1]
        # where a token is needed, a page that was lured here does not have it
        with Site('--control-token-file', file) as site:
            api = Api(site.api.uri, 'secret')
            api('GET', '/seed', headers={'Host': 'simulator.lab'})
            api('GET', '/seed', code=403, headers={'Origin': 'http://simulator.lab'})
            site.api('GET', '/seed', code=401, headers={'Host': 'simulator.lab'})
            site.api('GET', '/seed', headers={'Authorization': 'bearer secret'})
            site.api('GET', '/seed', code=401, headers={'Authorization': 'Basic secret'})
            site.api('GET', '/openapi.json', code=401)


def methods():
    """Another method than those of a route is told which there are."""
    with Site() as site:
        for line, allowed in (('PUT /v1/failures', 'GET, POST, DELETE'),
                              ('POST /v1/openapi.json', 'GET'), ('GET /v1/do', 'POST')):
            status, head, _ = raw(site, f'{line} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.encode())
            assert status == 405 and f'Allow: {allowed}\r\n' in head + '\r\n', (line, head)


def waiting(site, path, arguments, found):
    def wait():
        found.append(post(site, path, json.dumps(arguments).encode()))
    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def many_waits():
    """Calls that wait hold up no others; the 65th is refused, and let in when one has ended."""
    wait = {'method': 'x', 'seconds': 3000}
    found = []
    with Site() as site:
        threads = [waiting(site, '/journal/wait', wait, found) for _ in range(64)]
        # a document takes no place itself
        while raw(site, b'GET /v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')[0] != 503:
            assert not found, found
        assert post(site, '/do', b'{"do": "seed"}')[1]['error'] == 'busy'
    for thread in threads:
        thread.join(timeout=60)
    # they were not cut: each heard that the wait is over
    assert [status for status, _ in found] == [409] * 64, found


def waits_end():
    """A wait in an array of calls, too, ends with the simulator."""
    found = []
    with Site() as site:
        thread = waiting(site, '/do', [{'do': 'vm-state', 'vm': 'db01', 'state': 'paused'},
                                       {'do': 'journal-wait', 'seconds': 3000}], found)
        while site.api('GET', '/vms/db01')['state'] != 'paused':
            assert not found, found
    thread.join(timeout=60)
    assert found[0][0] == 409 and 'waited for 1 of any request' in found[0][1]['message'], found


def descriptors():
    """Connections that are over leave nothing; when no more can be opened, they wait."""
    with Site() as site:
        folder = f'/proc/{site.process.pid}/fd'
        site.api('GET', '/seed')
        before = len(os.listdir(folder))
        for _ in range(100):
            site.api('GET', '/seed')
        while len(os.listdir(folder)) > before:
            site.api('GET', '/seed')
        limit = resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE, (before, limit[1]))
        clients = [socket.create_connection(address(site), timeout=60) for _ in range(20)]
        for client in clients:
            client.sendall(b'GET /v1/seed HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
        resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE, limit)
        for client in clients:
            assert client.recv(20).startswith(b'HTTP/1.1 200'), 'it waited, and was served'
            client.close()
        site.api('GET', '/seed')


tap.run([refuses_json, keeps_no_body, pages, methods, many_waits, waits_end, descriptors])
