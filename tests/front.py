# SPDX-License-Identifier: LGPL-2.1-or-later
"""Servers on loopback that stand where a host should: ones that are no WinRM, and one that hands
everything on to a simulated host and changes what it is told to."""
import socket
import socketserver
import ssl
import threading


class Server:
    """Calls handle (connection) for each connection, in a thread of its own."""

    def __init__(self, handle, tls=None):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                try:
                    connection = self.request
                    if tls is not None:
                        connection = tls.wrap_socket(connection, server_side=True)
                    handle(connection)
                except (OSError, ValueError):
                    pass  # the client went away

        class Threads(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True
            block_on_close = False

        self.server = Threads(('127.0.0.1', 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={
            'poll_interval': 0.01}, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def says(text):
    """A server that says the same to everybody, after the first bytes of a request."""
    def handle(connection):
        connection.recv(65536)
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
    return Server(handle)


def greets(text):
    """A server that speaks first, as those for mail do."""
    def handle(connection):
        connection.sendall(text)
        while connection.recv(65536):
            pass
    return Server(handle)


def closes():
    """A server that hears the request and closes."""
    return Server(lambda connection: connection.recv(65536))


def keeps_silent():
    """A server that never answers."""
    def handle(connection):
        while connection.recv(65536):
            pass
    return Server(handle)


def closed_port():
    """A port on which nobody listens."""
    with socket.create_server(('127.0.0.1', 0)) as probe:
        return probe.getsockname()[1]


def read_message(connection, rest):
    """Head and body of one message, and what came after it; None at the end."""
    data = rest
    while b'\r\n\r\n' not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    head, data = data.split(b'\r\n\r\n', 1)
    lengths = [int(line.split(b':')[1]) for line in head.split(b'\r\n')
               if line.lower().startswith(b'content-length:')]
    length = lengths[0] if lengths else 0
    while len(data) < length:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    return head, data[:length], data[length:]


def write_message(connection, head, body):
    lines = [line for line in head.split(b'\r\n')
             if not line.lower().startswith(b'content-length:')]
    lines.append(b'Content-Length: %d' % len(body))
    connection.sendall(b'\r\n'.join(lines) + b'\r\n\r\n' + body)


def same(head, body):
    return head, body


def front(port, request=same, reply=same, tls=None, upstream_tls=None):
    """Hands requests on to @port. request (head, body) may change them, or be None: then the client
    waits for ever; as bytes alone it is the answer. reply (head, body) may change the answer."""
    def handle(connection):
        with socket.create_connection(('127.0.0.1', port)) as plain:
            host = upstream_tls.wrap_socket(plain) if upstream_tls is not None else plain
            rests = [b'', b'']
            while True:
                message = read_message(connection, rests[0])
                if message is None:
                    return
                rests[0] = message[2]
                changed = request(*message[:2])
                if changed is None:
                    while connection.recv(65536):
                        pass
                    return
                if isinstance(changed, bytes):
                    connection.sendall(changed)
                    continue
                write_message(host, *changed)
                answer = read_message(host, rests[1])
                if answer is None:
                    return
                rests[1] = answer[2]
                write_message(connection, *reply(*answer[:2]))
    return Server(handle, tls)


def anybody():
    """TLS to a host without looking at its certificate, as what opens TLS on the way does it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
