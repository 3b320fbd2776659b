"""Direct against prefork, through the real portal: see eng/bench."""

import argparse
import concurrent.futures
import http.client
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

import websocket

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PORTAL = os.path.join(ROOT, "Portal.Web/bin/Release/net10.0/Portal.Web.dll")
PYTHON = os.path.join(ROOT, ".tools/streamlit/bin/python")
APPS = {"feature-manager": "apps/feature-manager/main.py", "heavy": "eng/bench.d/heavy/main.py"}
MARK = "PORTAL_BENCH"
LEARNING = 4  # seconds that the first instance is given to tell what it imported


class Portal:
    """A portal with one app, started one way; its instances are found by a mark in their environment."""

    def __init__(self, mode, app, port):
        self.mode, self.app, self.port = mode, app, port
        self.mark = uuid.uuid4().hex
        self.folder = tempfile.mkdtemp(prefix="portal-bench-")
        self.clients = 0
        settings = {
            "urls": f"http://127.0.0.1:{port}", "Portal:DataDirectory": self.folder, "Portal:Launch:Mode": mode,
            "Portal:Launch:Python": PYTHON, "Portal:Launch:PortRange": f"{port + 1}-{port + 300}",
            "Portal:Launch:GracePeriod": "00:01:00", "Portal:Launch:StartTimeout": "00:02:00",
            "Portal:Launch:MaxInstances": 500,
            "Portal:Apps:0:Slug": app, "Portal:Apps:0:Title": app, "Portal:Apps:0:Script": APPS[app],
            f"Portal:Apps:0:Environment:{MARK}": self.mark,
            "Portal:Access:Bootstrap:1:Address": "127.1.0.0/16", "Portal:Access:Bootstrap:1:Role": "User",
            **{f"Portal:Access:Bootstrap:{entry}:Port": "" for entry in range(4)},
        }
        with open(os.path.join(self.folder, "portal.log"), "wb") as log:
            self.process = subprocess.Popen(["dotnet", PORTAL, *(f"--{k}={v}" for k, v in settings.items())],
                                            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def await_ready(self):
        limit = time.monotonic() + 60
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > limit:
                with open(os.path.join(self.folder, "portal.log")) as log:
                    sys.exit(f"The portal does not come up:\n{log.read()}")
            time.sleep(0.05)

    def is_ready(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False

    def launch(self, client):
        """Seconds from the request of an address that has no instance yet to its answer."""
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120, source_address=(client, 0))
        connection.request("GET", f"/app/{self.app}/_stcore/health")
        answer = connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{self.mode}: {answer.status} {body[:300]}")
        return took

    def session(self, client):
        """An open session, and the seconds from connecting to the script's first output."""
        return websocket.first_output(self.port, f"/app/{self.app}/_stcore/stream", client)

    def new_client(self):
        self.clients += 1
        return f"127.1.{self.clients // 250}.{self.clients % 250 + 1}"

    def processes(self):
        """Its instances and its spawner, if it has one."""
        instances, spawners = [], []
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/environ", "rb") as file:
                    if f"{MARK}={self.mark}".encode() not in file.read():
                        continue
                with open(f"/proc/{process}/cmdline", "rb") as file:
                    (spawners if b"spawner.py" in file.read() else instances).append(int(process))
            except OSError:
                pass
        return instances, spawners

    def stop_instances(self):
        while self.processes()[0]:
            for process in self.processes()[0]:
                end(process)
            time.sleep(0.05)

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        for process in sum(self.processes(), []):
            end(process)
        shutil.rmtree(self.folder, ignore_errors=True)


def end(process):
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass


def memory(process):
    """Private and proportional MB."""
    with open(f"/proc/{process}/smaps_rollup") as file:
        sizes = {line.split()[0]: int(line.split()[1]) / 1024 for line in file if line.endswith("kB\n")}
    return sizes["Private_Clean:"] + sizes["Private_Dirty:"], sizes["Pss:"]


def measure_times(portals, launches):
    """Launches in turn, so that whatever else the machine does meets both alike."""
    times = {mode: ([], []) for mode in portals}
    for _ in range(launches):
        for mode, portal in portals.items():
            client = portal.new_client()
            times[mode][0].append(portal.launch(client))
            session, first = portal.session(client)
            times[mode][1].append(first)
            session.close()
            portal.stop_instances()
    yield "request → ready, s", {mode: statistics.median(of[0]) for mode, of in times.items()}
    yield "connect → first output, s", {mode: statistics.median(of[1]) for mode, of in times.items()}


def measure_memory(portals, counts):
    """Each instance with one open session whose script has run."""
    figures = {}
    for mode, portal in portals.items():
        sessions = []
        for count in counts:
            while len(sessions) < count:
                client = portal.new_client()
                portal.launch(client)
                sessions.append(portal.session(client)[0])
            time.sleep(1)
            instances, spawners = portal.processes()
            each = [memory(process) for process in instances]
            rows = figures.setdefault(count, {"private": {}, "proportional": {}, "total": {}})
            rows["private"][mode] = statistics.mean(private for private, _ in each)
            rows["proportional"][mode] = statistics.mean(share for _, share in each)
            rows["total"][mode] = sum(share for _, share in each) + sum(memory(process)[1] for process in spawners)
        for session in sessions:
            session.close()
        portal.stop_instances()
    for count, rows in figures.items():
        yield f"private MB each, of {count}", rows["private"]
        yield f"proportional MB each, of {count}", rows["proportional"]
        yield f"MB in all, with the spawner, of {count}", rows["total"]


def measure_crowd(portals, count):
    figures = {}
    for mode, portal in portals.items():
        clients = [portal.new_client() for _ in range(count)]
        began = time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            list(pool.map(portal.launch, clients))
        figures[mode] = time.perf_counter() - began
        portal.stop_instances()
    yield f"{count} clients at once → all ready, s", figures


def measure(app, options):
    portals = {}
    try:
        for number, mode in enumerate(options.modes):
            portal = portals[mode] = Portal(mode, app, options.port + 350 * number)
            portal.await_ready()
            client = portal.new_client()
            portal.launch(client)
            session, _ = portal.session(client)
            time.sleep(LEARNING)
            session.close()
            portal.stop_instances()
        yield from measure_times(portals, options.launches)
        yield from measure_memory(portals, options.counts)
        yield from measure_crowd(portals, options.crowd)
    finally:
        for portal in portals.values():
            portal.close()


def main():
    parser = argparse.ArgumentParser(prog="eng/bench launch")
    parser.add_argument("--launches", type=int, default=10, help="of which the median is taken (10)")
    parser.add_argument("--counts", type=int, nargs="*", default=[1, 10, 50], help="of instances, for memory (1 10 50)")
    parser.add_argument("--crowd", type=int, default=50, help="clients that come at once (50)")
    parser.add_argument("--port", type=int, default=15000, help="first of 700 free ports (15000)")
    parser.add_argument("--apps", nargs="*", default=list(APPS), choices=list(APPS))
    parser.add_argument("--modes", nargs="*", default=["Direct", "Prefork"], choices=["Direct", "Prefork"])
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that nothing is left behind then either

    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, medians of {options.launches} launches")
    print(f"{'app':16} {'':38}" + "".join(f"{mode:>10}" for mode in options.modes) + f"{'ratio':>8}")
    for app in options.apps:
        for what, figures in measure(app, options):
            cells = [figures[mode] for mode in options.modes]
            ratio = f"{cells[0] / cells[-1]:8.1f}" if len(cells) > 1 else ""
            print(f"{app:16} {what:38}" + "".join(f"{cell:10.3f}" for cell in cells) + ratio, flush=True)


if __name__ == "__main__":
    main()
