"""Gives a browser an address of its own: what connects here is connected onward from a chosen loopback address."""

import socket
import socketserver
import threading

CHUNK = 256 * 1024


class Relay(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, client, port):
        super().__init__(("127.0.0.1", 0), Connection)
        self.client, self.onward = client, port
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        """A connection that breaks is the browser's to notice."""

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Connection(socketserver.BaseRequestHandler):
    def handle(self):
        with socket.create_connection(("127.0.0.1", self.server.onward), source_address=(self.server.client, 0)) as far:
            for end in (self.request, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=pump, args=(far, self.request), daemon=True)
            back.start()
            pump(self.request, far)
            back.join()


def pump(source, target):
    try:
        while content := source.recv(CHUNK):
            target.sendall(content)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it was closed before
