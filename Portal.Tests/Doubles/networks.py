"""Asks a portal from networks of their own: networks.py COMMAND…, which becomes the portal. Says as JSON what it answered.

Runs in a network of its own, where it makes another, a container's, and has the system translate addresses:

    10.9.0.1            this machine, in front of the container
    10.9.0.2, 10.9.0.4  the container; 10.9.0.3 as well, and arrives as 10.9.0.1
    port 80             leads to the portal's, for the container and for this machine

Ends with 77 where the kernel gives us no such networks.
"""

import ctypes
import http.client
import json
import os
import resource
import subprocess
import sys
import time

PORT, NOBODY, NEW_NETWORK = 8000, 65534, 0x40000000
FILE_LOCKS, MARK = 10, 1 << 62  # what all processes of apps have
HERE, USER, HIDDEN, STRANGER = "10.9.0.1", "10.9.0.2", "10.9.0.3", "10.9.0.4"
RULES = f"""
table ip translate {{
    chain here {{
        type nat hook output priority -100
        tcp dport 80 redirect to :{PORT}
    }}
    chain container {{
        type nat hook prerouting priority -100
        tcp dport 80 redirect to :{PORT}
    }}
    chain hidden {{
        type nat hook input priority 100
        ip saddr {HIDDEN} snat to {HERE}
    }}
}}
"""


def run(*words, **more):
    done = subprocess.run(words, capture_output=True, text=True, **more)
    if done.returncode:
        print(words, done.stderr, file=sys.stderr)
        sys.exit(77)


def ask(source, path="/", target=("127.0.0.1", PORT), network=None, user=0, is_app=False, headers={}):
    """The status of the answer; 0 where there is none."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        os.waitpid(child, 0)
        with os.fdopen(reading) as answer:
            return int(answer.read() or 0)
    try:
        if network:
            ctypes.CDLL(None).setns(os.open(f"/proc/{network}/ns/net", os.O_RDONLY), NEW_NETWORK)
        if is_app:
            resource.setrlimit(FILE_LOCKS, (MARK, MARK))
        os.setuid(user)
        connection = http.client.HTTPConnection(*target, timeout=30, source_address=(source, 0))
        connection.request("GET", path, headers={"Host": "portal", **headers})
        os.write(writing, str(connection.getresponse().status).encode())
    finally:
        os._exit(0)


container = subprocess.Popen(["unshare", "--net", "sleep", "600"])
portal = None
try:
    own = os.stat("/proc/self/ns/net").st_ino
    while os.stat(f"/proc/{container.pid}/ns/net").st_ino == own:
        if container.poll() is not None:
            sys.exit(77)
        time.sleep(0.01)
    inside = ["nsenter", "--net", "--target", str(container.pid)]
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "outer", "type", "veth", "peer", "name", "inner", "netns", str(container.pid))
    run("ip", "address", "add", HERE + "/24", "dev", "outer")
    run("ip", "link", "set", "outer", "up")
    for address in (USER, HIDDEN, STRANGER):
        run(*inside, "ip", "address", "add", address + "/24", "dev", "inner")
    run(*inside, "ip", "link", "set", "inner", "up")
    run("nft", "-f", "-", input=RULES)

    portal = subprocess.Popen([*sys.argv[1:], f"--urls=http://0.0.0.0:{PORT}"], stdout=subprocess.DEVNULL)
    ends = time.monotonic() + 60
    answer = 0
    while not answer and time.monotonic() < ends and portal.poll() is None:
        time.sleep(0.05)
        try:
            answer = ask("127.0.0.1", "/healthz")
        except OSError:
            pass

    at_portal = {"network": container.pid, "target": (HERE, PORT)}
    redirected = {"network": container.pid, "target": (HERE, 80)}
    proxy = {"source": "127.0.0.9", "headers": {"X-Forwarded-For": USER}}
    print(json.dumps({
        "registered container": ask(USER, **at_portal),
        "registered container, redirected": ask(USER, **redirected),
        "other container": ask(STRANGER, **at_portal),
        "other container, redirected": ask(STRANGER, **redirected),
        "container with our address": ask(HIDDEN, **at_portal),
        "this machine": ask("127.0.0.1", "/admin/overview"),
        "this machine, redirected": ask("127.0.0.1", "/admin/overview", target=("127.0.0.1", 80)),
        "this machine, by its other address": ask(HERE, "/admin/overview", target=(HERE, PORT)),
        "program in our network, another user": ask(HERE, "/admin/overview", target=(HERE, PORT), user=NOBODY),
        "app": ask("127.0.0.1", is_app=True),
        "app, redirected": ask("127.0.0.1", target=("127.0.0.1", 80), is_app=True),
        "app, by our other address": ask(HERE, target=(HERE, PORT), is_app=True),
        "proxy": ask(path="/", user=NOBODY, **proxy),
        "proxy, not for an admin": ask(path="/admin/overview", user=NOBODY, **proxy),
        "app as proxy": ask(is_app=True, **proxy),
    }))
finally:
    for process in (portal, container):
        if process:
            process.terminate()
            process.wait()
