"""The servers that are measured beside each other, all in front of the same app."""

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time

from measures import memory_of, processor_seconds
from portal import ROOT, App, Portal

PROGRAM = os.path.join(ROOT, ".tools/bench/Portal.Bench.dll")
HUB_PROXY = os.path.join(ROOT, ".tools/bench-npm/node_modules/.bin/configurable-http-proxy")
APP = App("bench", "eng/bench.d/upstream", "")
PREFIX = f"/app/{APP.slug}"
SOCKET = f"{PREFIX}/_stcore/stream"
START_LIMIT = 60  # seconds

NGINX = """
pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes auto; daemon off;
events {{ worker_connections 4096; }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    client_max_body_size 0;
    keepalive_requests 1000000000;
    map $http_upgrade $connection_header {{ default upgrade; '' ''; }}
    upstream app {{ server 127.0.0.1:{upstream}; keepalive 512; keepalive_requests 1000000000; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://app; proxy_http_version 1.1;
            proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_header;
            proxy_buffering off; proxy_request_buffering off; proxy_read_timeout 1h;
        }}
    }}
}}
"""


class Server:
    """
    A program that listens on the port and forwards to the upstream's. Each is in a session of its own, as services are: the
    system gives the processors to sessions by turns, and who shares one with the client has another part of them.
    """

    def __init__(self, port, upstream):
        self.port, self.upstream = port, upstream
        self._process = None

    def start(self):
        self._process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)
        limit = time.monotonic() + START_LIMIT
        while not answers(self.port):
            if self._process.poll() is not None or time.monotonic() > limit:
                sys.exit(f"{type(self).__name__} does not come up.")
            time.sleep(0.02)

    def stop(self):
        if self._process:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def processes(self):
        """Itself and its children."""
        own = self._process.pid
        with open(f"/proc/{own}/task/{own}/children") as file:
            return [own, *map(int, file.read().split())]

    def processor_seconds(self):
        return sum(map(processor_seconds, self.processes()))

    def memory(self):
        """Private memory in KiB."""
        return sum(memory_of(process)[0] for process in self.processes()) * 1024


class Direct:
    """No server at all."""

    def __init__(self, upstream):
        self.port = upstream

    def start(self):
        pass

    stop = start

    def processor_seconds(self):
        return 0


class Nginx(Server):
    def command(self):
        self._folder = tempfile.mkdtemp(prefix="portal-bench-")
        path = os.path.join(self._folder, "nginx.conf")
        with open(path, "w") as file:
            file.write(NGINX.format(folder=self._folder, port=self.port, upstream=self.upstream))
        return ["nginx", "-e", "stderr", "-c", path]

    def stop(self):
        super().stop()
        shutil.rmtree(self._folder, ignore_errors=True)


class BareYarp(Server):
    def command(self):
        return ["dotnet", PROGRAM, "yarp", str(self.port), str(self.upstream)]


class HubProxy(Server):
    """JupyterHub's configurable-http-proxy."""

    def command(self):
        return [HUB_PROXY, "--ip", "127.0.0.1", "--port", str(self.port), "--api-port", str(self.port + 1), "--log-level", "error",
                "--default-target", f"http://127.0.0.1:{self.upstream}"]


class OurPortal:
    """The portal, whose one instance is the upstream of all."""

    def __init__(self, port):
        self.port = port
        self._portal = Portal("Direct", APP, port, Python=os.path.join(ROOT, APP.script))

    def start(self):
        self._portal.start()
        self._portal.await_answer("/readyz")
        self._portal.await_answer(f"{PREFIX}/small")

    @property
    def upstream(self):
        """The port of its instance."""
        (instance,) = self._portal.instances()
        return int(self._portal.command_of(instance)[-1])

    def stop(self):
        self._portal.stop()

    def close(self):
        self._portal.close()

    def processor_seconds(self):
        return processor_seconds(self._portal.process_id)

    def memory(self):
        return memory_of(self._portal.process_id)[0] * 1024


def answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", f"{PREFIX}/small")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
