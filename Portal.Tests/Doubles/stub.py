"""Stands in for Streamlit: takes its flags, answers its health, and misbehaves as the variable STUB says:

  exits=N         prints two lines and ends with that code     never-listens   runs and does nothing
  unhealthy       health says 503                              ignores-term    only KILL ends it
  grandchild      starts a child in a process group of its own that ignores TERM
  ends-after-clients  TERM ends it once no client is connected, as uvicorn does

STUB_GATE names a file that it waits for before it listens, STUB_BROKEN one that makes it exit while it is there,
STUB_STARTS one that gets a line for each start.
"""

import os
import signal
import socket
import sys
import threading
import time

import stub_http
from stub_http import BEHAVIOUR, FLAGS


connected = set()


def handle(sock):
    connected.add(sock)
    try:
        with sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stub_http.Connection(sock).serve()
    except OSError:
        pass
    connected.discard(sock)


def end_after_clients(*_):
    listener.close()
    print("waiting for", len(connected), flush=True)
    while connected:
        time.sleep(0.01)
    print("all clients have gone", flush=True)
    os._exit(0)


def start_grandchild():
    child = os.fork()
    if child:
        return child
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        signal.pause()


if "STUB_STARTS" in os.environ:
    with open(os.environ["STUB_STARTS"], "a") as starts:
        starts.write("%d\n" % os.getpid())
if "ignores-term" in BEHAVIOUR:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "ends-after-clients" in BEHAVIOUR:
    signal.signal(signal.SIGTERM, end_after_clients)
if "exits" in BEHAVIOUR or os.path.exists(os.environ.get("STUB_BROKEN", "")):
    print("No module named \x1b[31mreason\x1b[0m", file=sys.stderr)
    print("the last words", file=sys.stderr)
    sys.exit(int(BEHAVIOUR.get("exits") or 3))
if "grandchild" in BEHAVIOUR:
    stub_http.grandchild = start_grandchild()
while "never-listens" in BEHAVIOUR:
    signal.pause()
while "STUB_GATE" in os.environ and not os.path.exists(os.environ["STUB_GATE"]):
    time.sleep(0.01)
listener = socket.create_server((FLAGS["server.address"], int(FLAGS["server.port"])), backlog=128)
print("listening on", FLAGS["server.port"], flush=True)
while True:
    threading.Thread(target=handle, args=(listener.accept()[0],), daemon=True).start()
