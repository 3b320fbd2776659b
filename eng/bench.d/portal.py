"""The portal under test, with one app, and what can be asked of it."""

import dataclasses
import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid

from streamlit_session import Session

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(ROOT, ".tools/portal/Portal.Web.dll")
python = os.path.join(ROOT, ".tools/streamlit/bin/python")
MARK = "PORTAL_BENCH"
ADOPTED = b"Adopter[2022]"  # in its log, once for each instance
PORTS = 350                 # that one portal and its instances take
START_LIMIT = 60            # seconds


@dataclasses.dataclass(frozen=True)
class App:
    slug: str
    script: str
    heading: str       # what its first output says
    button: str = ""   # pressing it changes the state of the session,
    pressed: str = ""  # which the app then shows


APPS = {app.slug: app for app in (
    App("feature-manager", "apps/feature-manager/main.py", "5G Feature Manager", "Re-check alarms", "Alarm checks: 1"),
    App("heavy", "eng/bench.d/heavy/main.py", "Heavy"),
)}


def use_streamlit(version):
    global python
    if version == "1.31":
        python = os.path.join(ROOT, ".tools/streamlit-1.31/bin/python")


class Portal:
    """Its instances are found by a mark in their environment; they outlive it until it is closed."""

    def __init__(self, mode, app, port, **settings):
        """Settings are of its section Launch."""
        self.mode, self.app, self.port, self._settings = mode, app, port, settings
        self._mark = uuid.uuid4().hex
        self._folder = tempfile.mkdtemp(prefix="portal-bench-")
        self._log = os.path.join(self._folder, "portal.log")
        self._log_begins = 0
        self._clients = 0
        self._process = None

    @property
    def folder(self):
        """Its data directory."""
        return self._folder

    @property
    def process_id(self):
        return self._process.pid

    def start(self):
        """Starts the program; returns when that was, by time.perf_counter."""
        settings = {
            "urls": f"http://127.0.0.1:{self.port}", "Portal:DataDirectory": self._folder,
            "Portal:Launch:Mode": self.mode, "Portal:Launch:KeepInstances": "true",
            "Portal:Launch:Python": python, "Portal:Launch:PortRange": f"{self.port + 1}-{self.port + PORTS - 1}",
            "Portal:Launch:GracePeriod": "00:01:00", "Portal:Launch:StartTimeout": "00:02:00",
            "Portal:Launch:MaxInstances": 500,
            "Portal:Apps:0:Slug": self.app.slug, "Portal:Apps:0:Title": self.app.slug,
            "Portal:Apps:0:Script": os.path.join(ROOT, self.app.script), f"Portal:Apps:0:Environment:{MARK}": self._mark,
            "Portal:Access:Bootstrap:1:Address": "127.1.0.0/16", "Portal:Access:Bootstrap:1:Role": "User",
            **{f"Portal:Access:Bootstrap:{entry}:Port": "" for entry in range(4)},
            **{f"Portal:Launch:{key}": value for key, value in self._settings.items()},
        }
        temporary = os.path.join(self._folder, "tmp")  # a runtime that is killed leaves its files there
        os.makedirs(temporary, exist_ok=True)
        with open(self._log, "ab") as log:
            self._log_begins = log.tell()
            began = time.perf_counter()
            self._process = subprocess.Popen(
                ["dotnet", PROGRAM, *(f"--{key}={value}" for key, value in settings.items())], cwd=ROOT,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "TMPDIR": temporary})
        return began

    def stop(self, how=signal.SIGTERM):
        """Returns when it has ended; its instances run on."""
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(START_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def await_answer(self, path):
        """Returns as soon as it answers 200 there."""
        limit = time.monotonic() + START_LIMIT
        while not self.answers(path):
            if self._process.poll() is not None or time.monotonic() > limit:
                sys.exit(f"The portal does not come up:\n{self._log_text().decode()}")
            time.sleep(0.005)

    def answers(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def adopted(self):
        """How many instances it has adopted since it was started."""
        return self._log_text().count(ADOPTED)

    def new_client(self):
        """An address that no instance was launched for yet."""
        self._clients += 1
        return f"127.1.{self._clients // 250}.{self._clients % 250 + 1}"

    def launch(self, client, path="_stcore/health"):
        """
        Seconds from the request of an address that has no instance to its answer. Whose instance was stopped gets another one for
        the app's page alone, path "": what a page that was left open asks for brings nothing back.
        """
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120, source_address=(client, 0))
        connection.request("GET", f"/app/{self.app.slug}/{path}")
        answer = connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{self.mode}: {answer.status} {body[:300]}")
        return took

    def session(self, client, resumed=None):
        return Session(self.port, self.app, client, resumed)

    def instances(self):
        return self._processes()[0]

    @staticmethod
    def command_of(instance):
        with open(f"/proc/{instance}/cmdline", "rb") as file:
            return file.read().decode().rstrip("\0").split("\0")

    def spawners(self):
        """The processes that instances are forked from; none where they are started anew."""
        return self._processes()[1]

    def stop_instances(self):
        while instances := self.instances():
            _kill(instances)
            time.sleep(0.05)

    def close(self):
        """Ends whatever belongs to it, and leaves no file."""
        self.stop()
        while processes := sum(self._processes(), []):
            _kill(processes)
            time.sleep(0.05)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _processes(self):
        instances, spawners = [], []
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/environ", "rb") as file:
                    if f"{MARK}={self._mark}".encode() not in file.read():
                        continue
                with open(f"/proc/{process}/cmdline", "rb") as file:
                    (spawners if b"spawner.py" in file.read() else instances).append(int(process))
            except OSError:
                pass  # it has ended, or is not ours
        return instances, spawners

    def _log_text(self):
        with open(self._log, "rb") as log:
            log.seek(self._log_begins)
            return log.read()


def _kill(processes):
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass
