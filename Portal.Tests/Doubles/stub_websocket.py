"""The stub's WebSocket: echoes what it gets, fragment by fragment; /ws/closes closes it, /ws/tells tells its headers,
/ws/pushes sends a text and a ping every 0.1 s."""

import base64
import hashlib
import json
import struct
import threading
import time

TEXT, CLOSE, PING, PONG, FINAL = 1, 8, 9, 10, 0x80


def serve(request, note):
    key = request.header("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    protocol = request.header("sec-websocket-protocol").split(",")[0].strip()
    request.head("101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Accept: " + base64.b64encode(hashlib.sha1(key.encode()).digest()).decode(),
                 *(["Sec-WebSocket-Protocol: " + protocol] if protocol else []))
    closes = request.parts[1:] == ["closes"]
    if closes:
        send(request.sock, FINAL | CLOSE, struct.pack("!H", 4001) + "안녕".encode())
    if request.parts[1:] == ["tells"]:
        send(request.sock, FINAL | TEXT, json.dumps(request.headers).encode())
    if request.parts[1:] == ["pushes"]:
        threading.Thread(target=push, args=(request.sock,), daemon=True).start()
    try:
        while True:
            first, data = receive(request.file)
            code = first & 0x0F
            if code == CLOSE:
                note("closed with %s" % (struct.unpack("!H", data[:2])[0] if data else "no code"))
                if not closes:
                    send(request.sock, first, data)
                return
            if data == b"work":  # goes on sending after a person has begun it
                threading.Thread(target=push, args=(request.sock,), daemon=True).start()
            if code != PONG:
                send(request.sock, FINAL | PONG if code == PING else first, data)
    except (OSError, struct.error):
        note("socket broken off")


def push(sock):
    try:
        while True:
            send(sock, FINAL | TEXT, b"push")
            send(sock, FINAL | PING, b"ping")
            time.sleep(0.1)
    except OSError:
        pass


def receive(file):
    first, size = struct.unpack("!BB", file.read(2))
    size &= 0x7F
    if size > 125:
        size = struct.unpack(*("!H", file.read(2)) if size == 126 else ("!Q", file.read(8)))[0]
    mask, data = file.read(4), file.read(size)
    key = (mask * (size // 4 + 1))[:size]
    return first, (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def send(sock, first, data):
    size = len(data)
    length = bytes([size]) if size < 126 else struct.pack("!BH", 126, size) if size < 65536 else struct.pack("!BQ", 127, size)
    sock.sendall(bytes([first]) + length + data)
