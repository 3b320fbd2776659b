"""
Load on one server: by wrk and curl, and for WebSockets by a small client of the bench's own. Where the bench is root, they run as
somebody else, as people's browsers do: whoever connects from this machine as the portal's own user is looked up among its instances.
"""

import atexit
import functools
import json
import os
import re
import shutil
import subprocess
import tempfile

from servers import PREFIX, PROGRAM, SOCKET

SOMEBODY = {"user": "nobody", "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}
UPLOAD_BYTES = 200_000_000
TRANSFERS = 3
TIMEOUT = "30s"  # of many at once a server may leave one waiting for long, and a machine among others stands still at times


class Failed(Exception):
    """The server did not do what was asked."""


def requests(server, connections, seconds):
    """Small answers: how many in a second, the latency's median and 99th part in s, and processor time for one in s."""
    threads = min(connections, os.cpu_count())
    before = server.processor_seconds()
    text = _run("wrk", "--latency", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", TIMEOUT, f"{_url(server)}/small")
    spent = server.processor_seconds() - before
    if "Non-2xx" in text or " 0 requests in" in text or re.search(r"Socket errors:.*[1-9]", text):
        raise Failed(f"{type(server).__name__}: {text}")
    count = int(re.search(r"(\d+) requests in", text)[1])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), _latency(text, 50), _latency(text, 99), spent / count


def download(server):
    """Bytes in a second."""
    return _transfer(f"{_url(server)}/large", "%{speed_download}")


def upload(server):
    """Bytes in a second, of a body whose length is told."""
    with tempfile.NamedTemporaryFile(prefix="portal-bench-") as file:
        file.truncate(UPLOAD_BYTES)
        os.chmod(file.name, 0o644)
        return _transfer(f"{_url(server)}/upload", "%{speed_upload}", "-H", "Expect:", "-T", file.name)


def messages(server, sockets, seconds):
    """WebSocket messages there and back: how many in a second, the round trip's median and 99th part in s, and processor time for one in s."""
    before = server.processor_seconds()
    answer = json.loads(_run("dotnet", _program(), "echo", str(server.port), SOCKET, str(sockets), str(seconds)))
    spent = server.processor_seconds() - before
    return answer["rate"], answer["p50"], answer["p99"], spent / (answer["rate"] * seconds)


def memory_of_idle(server, sockets):
    """KiB of private memory for each WebSocket that stands and has carried a message."""
    requests(server, 1, 1)
    before = server.memory()
    holder = subprocess.Popen(["dotnet", _program(), "hold", str(server.port), SOCKET, str(sockets)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, **SOMEBODY)
    try:
        if not holder.stdout.readline():
            raise Failed("Not all sockets were opened.")
        return (server.memory() - before) / sockets
    finally:
        holder.stdin.close()
        holder.wait()


def lookups(rows):
    """Nanoseconds and bytes of a question to the access table, by what comes of it."""
    return json.loads(_run("dotnet", _program(), "lookup", str(rows)))


def _transfer(url, what, *options):
    """Several one after the other, as one is over so soon that anything else the machine does would decide."""
    seconds = 0
    for _ in range(TRANSFERS):
        code, speed = _run("curl", "-sS", "--max-time", "120", "-o", os.devnull, "-w", "%{http_code} " + what, *options, url).split()
        if code != "200":
            raise Failed(f"{url}: {code}")
        seconds += 1 / float(speed)
    return TRANSFERS / seconds


def _url(server):
    return f"http://127.0.0.1:{server.port}{PREFIX}"


def _run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **SOMEBODY).stdout


@functools.cache
def _program():
    """The bench's own client where anybody may read it, which somebody else cannot below /root."""
    folder = tempfile.mkdtemp(prefix="portal-bench-")
    atexit.register(shutil.rmtree, folder)
    shutil.copytree(os.path.dirname(PROGRAM), folder, dirs_exist_ok=True)
    os.chmod(folder, 0o755)
    return os.path.join(folder, os.path.basename(PROGRAM))


def _latency(text, part):
    value, unit = re.search(rf"^\s+{part}%\s+([\d.]+)(us|ms|s|m)\s*$", text, re.MULTILINE).groups()
    return float(value) * UNITS[unit]
