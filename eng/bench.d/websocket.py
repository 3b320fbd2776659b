"""As much of a WebSocket client as it takes to see the first output of a Streamlit script."""

import base64
import os
import socket
import time

RERUN = b"\x5a\x00"  # Streamlit's BackMsg with an empty rerun_script, field 11
DELTA = 5            # the field of its ForwardMsg that holds output


def first_output(port, path, client):
    """The open socket, the caller's to close, and the seconds from connecting to the first output."""
    began = time.perf_counter()
    connection = socket.create_connection(("127.0.0.1", port), timeout=120, source_address=(client, 0))
    key = base64.b64encode(os.urandom(16)).decode()
    connection.sendall((f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Protocol: streamlit\r\n\r\n").encode())
    stream = connection.makefile("rb")
    status = stream.readline()
    if b" 101 " not in status:
        raise RuntimeError(f"no WebSocket at {path}: {status!r}")
    while stream.readline().strip():
        pass
    mask = os.urandom(4)
    connection.sendall(bytes([0x82, 0x80 | len(RERUN)]) + mask + bytes(b ^ m for b, m in zip(RERUN, mask)))
    while DELTA not in fields(frame(stream)):
        pass
    return connection, time.perf_counter() - began


def frame(stream):
    """The content of the next data frame; those of control are passed over."""
    while True:
        kind, length = stream.read(2)
        length &= 0x7F
        if length >= 126:
            length = int.from_bytes(stream.read(2 if length == 126 else 8), "big")
        content = stream.read(length)
        if kind & 0x0F == 8:
            raise RuntimeError(f"the WebSocket was closed: {content!r}")
        if kind & 0x0F <= 2:
            return content


def fields(message):
    """The numbers of a protobuf message's fields."""
    found, at = set(), 0
    while at < len(message):
        tag, at = number(message, at)
        found.add(tag >> 3)
        kind = tag & 7
        if kind == 0:
            _, at = number(message, at)
        elif kind == 2:
            length, at = number(message, at)
            at += length
        else:
            at += 8 if kind == 1 else 4
    return found


def number(message, at):
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at
