"""Tries a packet filter in a network of its own: filter.py NFT_FILE INSIDE OUTSIDE. Says as JSON who gets through to which port.

Ends with 77 where the kernel has no such filter for us.
"""

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys

UP, SET_FLAGS = 1, 0x8914
NOBODY = 65534


def connects(port, user):
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.setuid(user)
    try:
        socket.create_connection(("127.0.0.1", port), 30).close()
    except ConnectionRefusedError:
        os._exit(1)
    os._exit(0)


def nft(*words):
    return subprocess.run(["nft", *words], capture_output=True, text=True)


with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))
if nft("add", "table", "inet", "probe").returncode:
    sys.exit(77)
ports = [int(port) for port in sys.argv[2:]]
listeners = [socket.create_server(("127.0.0.1", port)) for port in ports]
before = [connects(port, NOBODY) for port in ports]
said = [nft("-f", sys.argv[1]).stderr for _ in range(2)]
print(json.dumps({
    "said": "".join(said), "before": before, "portal": [connects(port, 0) for port in ports],
    "nobody": [connects(port, NOBODY) for port in ports],
    "tables": nft("list", "tables").stdout, "rules": nft("list", "table", "inet", "portal").stdout.count("reject"),
}))
