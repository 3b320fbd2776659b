"""As much of a WebSocket client (RFC 6455) as the bench needs."""

import base64
import os
import socket
import threading

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
TIMEOUT = 120  # seconds that anything is waited for


class Closed(Exception):
    """The other side has closed the connection, or never opened one."""


class WebSocket:
    def __init__(self, port, path, client="127.0.0.1", protocols=""):
        """Connects from the address of the client. The protocols are the header's value, left out where it is empty."""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT, source_address=(client, 0))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stream = self._socket.makefile("rb")
        try:
            self._shake_hands(f"127.0.0.1:{port}", path, protocols)
        except BaseException:
            self.close()
            raise

    def send(self, content, kind=BINARY):
        length = len(content)
        if length < 126:
            head = bytes([0x80 | kind, 0x80 | length])
        elif length < 1 << 16:
            head = bytes([0x80 | kind, 0x80 | 126]) + length.to_bytes(2, "big")
        else:
            head = bytes([0x80 | kind, 0x80 | 127]) + length.to_bytes(8, "big")
        mask = os.urandom(4)
        self._socket.sendall(head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(content)))

    def receive(self):
        """The next message; pings are answered."""
        message = b""
        while True:
            first, second = self._read(2)
            kind, length = first & 0x0F, second & 0x7F
            if length >= 126:
                length = int.from_bytes(self._read(2 if length == 126 else 8), "big")
            content = self._read(length)
            if kind == PING:
                self.send(content, PONG)
            elif kind == CLOSE:
                raise Closed(f"closed: {content!r}")
            elif kind != PONG:
                message += content
                if first & 0x80:
                    return message

    def rest(self):
        """From here on what comes is read and dropped, so that the other side sees somebody there."""
        threading.Thread(target=self._drop, daemon=True).start()

    def close(self):
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it is not connected any more
        self._socket.close()

    def _shake_hands(self, host, path, protocols):
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
                 *([f"Sec-WebSocket-Protocol: {protocols}"] if protocols else []), "", ""]
        self._socket.sendall("\r\n".join(lines).encode())
        status = self._stream.readline()
        if b" 101 " not in status:
            raise Closed(f"no WebSocket at {path}: {status!r}")
        while self._stream.readline().strip():
            pass

    def _read(self, length):
        content = self._stream.read(length)
        if len(content) < length:
            raise Closed("the connection has ended")
        return content

    def _drop(self):
        self._socket.settimeout(None)
        try:
            while True:
                self.receive()
        except (Closed, OSError, ValueError):
            pass  # the other side is gone, or it was closed here
        finally:
            self._stream.close()
