"""Forks Streamlit instances from a process that has Streamlit, and what the app imports, imported already.

    python spawner.py SOCKET STATE SCRIPT [--preload=MODULE]… [--room=…]
    python spawner.py probe        ends with 0 where this interpreter has Streamlit, else says what is missing

It connects to the Unix socket SOCKET (@NAME: one without a file), where the portal listens, and serves that one
connection; when it closes, the spawner ends and its instances live on. STATE is a file of its own, for what it learned;
in /proc/self/fd/N/ where the portal opened the folder for it. SCRIPT is the app's main file: it is read for its imports,
never run here. --room is padding, which makes our command line long enough to be overwritten with an instance's.
--portal=UID is the portal's user, where that is another than ours.

Protocol, version 2: one JSON object a line, UTF-8, at most 1 MiB. The spawner begins.

    spawner  {"event": "hello", "protocol": 2, "pid": 7}
    portal   {"do": "hello", "protocol": 2}                    must come first; another version ends the spawner
    spawner  {"event": "warm", "modules": 1200, "denied": {"some.module": "why it is left to the instances"}}
    portal   {"do": "fork", "id": 1, "argv": ["run", "main.py", …], "env": {"PATH": …}, "cwd": "/srv/app",
              "name": "feature-manager", "limits": {"NOFILE": [1024, 4096]}}
                                                               its first byte carries the file for the output (SCM_RIGHTS)
    spawner  {"id": 1, "pid": 8, "started": 123456}            started: field 22 of /proc/PID/stat
    spawner  {"id": 1, "error": "why there is no instance"}    without an id where the line had none; it goes on
    spawner  {"event": "exited", "pid": 8, "code": 0}          or "signal": 9 in place of the code
    spawner  {"event": "learned", "modules": 1290}             imported for those to come, as instances turned out to
    spawner  {"event": "again", "why": "…"}                    it replaces itself: the same process id, connection and
                                                               instances; "warm" follows; requests wait meanwhile
    spawner  {"event": "failed", "why": "…"}                   it cannot work here, and ends

argv is what `streamlit` takes; name is cut to the 15 bytes that the system keeps; limits are [soft, hard], -1 for none.

No thread and no event loop exists here before a fork: only the forking thread would survive in the child, with the
locks of the others held for ever. A module that starts one when it is imported is left to the instances from then on.
"""

import array
import ast
import ctypes
import gc
import importlib
import importlib.util
import json
import os
import random
import resource
import selectors
import signal
import site
import socket
import struct
import sys
import sysconfig
import tempfile
import threading
import time
import types

PROTOCOL = 2
LONGEST_LINE = 1 << 20
PR_SET_NAME = 15
RLIMIT_LOCKS = 10  # the mark of an instance; Python has no name for it

# Where libraries are installed. What PYTHONPATH or a .pth file adds may be the app's own and still be edited.
LIBRARIES = [os.path.join(path, "") for path in {
    *(sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")),
    *site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])}]


# ---- what to import ----

def imports_of(script):
    """The modules that a script imports when it is run, and those of the local modules and pages beside it."""
    folder = os.path.dirname(script)
    pages = os.path.join(folder, "pages")
    files = [script] + [os.path.join(pages, f) for f in sorted(os.listdir(pages) if os.path.isdir(pages) else ())]
    found, seen = {}, set()
    while files:
        file = files.pop(0)
        if file in seen or not file.endswith(".py"):
            continue
        seen.add(file)
        try:
            with open(file, "rb") as source:
                names = list(imported_names(ast.parse(source.read())))
        except (OSError, SyntaxError, ValueError, RecursionError):
            continue  # the instance will say so itself
        for name in names:
            own = os.path.join(folder, *name.split("."))
            local = [path for path in (own + ".py", os.path.join(own, "__init__.py")) if os.path.exists(path)]
            files += local
            top = os.path.join(folder, name.partition(".")[0])
            if not (local or os.path.exists(top + ".py") or os.path.isdir(top)):
                found[name] = True
    return list(found)


def imported_names(node):
    """Not those inside of functions: they are seldom needed, and learned when they are."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and not child.level:
            yield child.module
            yield from (f"{child.module}.{alias.name}" for alias in child.names if is_module(child.module, alias.name))
        elif not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from imported_names(child)


def is_module(package, name):
    """True for PIL and Image, without importing either."""
    for root in LIBRARIES:
        path = os.path.join(root, *package.split("."), name)
        if os.path.exists(path + ".py") or os.path.exists(path + ".pyc") or os.path.isdir(path):
            return True
    return False


def is_library(name, module, script_folder):
    """True for an installed module, false for the app's own: an edited one must be read anew by the next instance."""
    spec = getattr(module, "__spec__", None)
    origin = getattr(spec, "origin", None)
    if getattr(spec, "name", None) != name or not isinstance(origin, str):
        return False
    # An environment may lie in the app's folder, or the app in an environment: the nearest folder decides.
    nearest = max((path for path in [*LIBRARIES, script_folder] if origin.startswith(path)), key=len, default=script_folder)
    return nearest != script_folder


def environment_stamp():
    """Changes when a package or the interpreter does."""
    stamps = [sys.version, os.stat(sys.executable).st_mtime_ns]
    for root in sorted(LIBRARIES):
        try:
            stamps.append([root, os.stat(root).st_mtime_ns])
            with os.scandir(root) as entries:
                stamps += sorted([entry.name, entry.stat().st_mtime_ns] for entry in entries
                                 if entry.name.endswith((".dist-info", ".egg-info")))
        except OSError:
            pass
    return json.dumps(stamps)


def tasks():
    """How many threads and event loops there are; a module may not add to them."""
    loops = 0
    for file in os.listdir("/proc/self/fd"):
        try:
            loops += "eventpoll" in os.readlink("/proc/self/fd/" + file)
        except OSError:
            pass
    return len(os.listdir("/proc/self/task")) + loops


def close_inherited(kept):
    """Whatever the portal's own starter left open beside the standard files; the instances would inherit it in turn."""
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number not in kept:
            try:
                os.close(number)
            except OSError:
                pass  # the listing's own


def receive(connection):
    """What was sent, and the files that came along: those of one message at most, says unix(7)."""
    files = array.array("i")
    data, extras, _, _ = connection.recvmsg(1 << 16, socket.CMSG_SPACE(files.itemsize), socket.MSG_CMSG_CLOEXEC)
    for level, kind, rights in extras:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            files.frombytes(rights[:len(rights) - len(rights) % files.itemsize])
    return data, list(files)


# ---- the spawner ----

class Spawner:
    def __init__(self, connection, state, script, *more):
        self.arguments = [state, script, *more]
        self.state = state
        self.state_folder = [int(state.split("/")[4])] if state.startswith("/proc/self/fd/") else []
        self.importing = state + ".importing"
        self.script_folder = os.path.join(os.path.dirname(script), "")
        self.wanted = [a.partition("=")[2] for a in more if a.startswith("--preload=")] + imports_of(script)
        self.learned, self.denied, self.suspects, self.pending = [], {}, {}, []
        self.is_tainted = False
        self.stamp, self.stamp_read = environment_stamp(), time.monotonic()
        self.buffer, self.logs = b"", []
        self.pipes = set()
        self.selector = selectors.PollSelector()
        self.is_greeted = connection.startswith("greeted:")
        kept = int(connection.partition(":")[2]) if self.is_greeted or connection.startswith("met:") else -1
        close_inherited([kept, *self.state_folder])
        if kept >= 0:
            self.socket = socket.socket(fileno=kept)
            self.socket.set_inheritable(False)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect("\0" + connection[1:] if connection.startswith("@") else connection)
            portal = next((int(a.partition("=")[2]) for a in more if a.startswith("--portal=")), os.geteuid())
            peer = struct.unpack("3i", self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
            if peer[1] != portal:
                sys.exit(f"spawner: {connection} belongs to user {peer[1]}")
            self.tell(event="hello", protocol=PROTOCOL, pid=os.getpid())

    def tell(self, **message):
        try:
            self.socket.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            sys.exit(0)  # the portal is gone

    def fail(self, why):
        self.tell(event="failed", why=why)
        sys.exit(f"spawner: {why}")

    def warm_up(self):
        self.read_state()
        self.load(["streamlit.web.cli"])
        if "streamlit.web.cli" in self.denied:
            self.fail(f"Streamlit cannot be imported here: {self.denied['streamlit.web.cli']}")
        self.load(self.wanted + self.learned)
        self.write_state()
        self.settle()
        self.tell(event="warm", modules=len(sys.modules), denied=self.denied)

    def load(self, names):
        for name in names:
            if name in sys.modules or any(name == bad or name.startswith(bad + ".") for bad in self.denied):
                continue
            self.note_import(name)
            before, why = tasks(), None
            try:
                importlib.import_module(name)
            except BaseException as error:  # whatever it is, it is the instance's to meet
                why = f"{type(error).__name__}: {error}"
            if tasks() > before:
                why, self.is_tainted = "it starts a thread or an event loop when it is imported", True
            if why:
                self.denied[name] = why
        self.note_import("")

    def note_import(self, name):
        """The name is still there, should this import be the end of the spawner; see blame."""
        try:
            with open(self.importing, "w", encoding="utf-8") as file:
                file.write(name)
        except OSError:
            pass  # a full disk: nobody can be blamed then

    def blame(self):
        """What was being imported when the spawner before ended is left to the instances, if that happened twice."""
        try:
            with open(self.importing, encoding="utf-8") as file:
                name = file.read()
        except OSError:
            return
        if name and name != "streamlit.web.cli":
            self.suspects[name] = self.suspects.get(name, 0) + 1
            if self.suspects[name] > 1:
                self.denied[name] = "the spawner ended while it was imported"
            self.write_state()

    def settle(self):
        """After imports: memory is frozen, so that the collector does not write to pages that instances share."""
        if self.is_tainted:
            self.begin_again("a module started threads")
        gc.disable()
        gc.collect()
        gc.freeze()

    def begin_again(self, why):
        """A fresh interpreter in this process: connection and instances stay, threads and old modules do not."""
        self.tell(event="again", why=why)
        self.socket.set_inheritable(True)
        sys.stdout.flush()
        connection = f"{'greeted' if self.is_greeted else 'met'}:{self.socket.fileno()}"
        os.execv(sys.executable, [sys.executable, __file__, connection, *self.arguments])

    def read_state(self):
        try:
            with open(self.state, encoding="utf-8") as file:
                state = json.load(file)
            self.learned = [name for name in state["learned"] if isinstance(name, str)]
            if state["stamp"] == self.stamp:
                self.denied = {str(name): str(why) for name, why in state["denied"].items()}
                self.suspects = {str(name): int(times) for name, times in state["suspects"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # there is none yet, or not a whole one: it is learned anew
        self.blame()

    def write_state(self):
        try:
            file = os.open(self.state + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(file, "w", encoding="utf-8") as out:
                json.dump({"stamp": self.stamp, "learned": self.learned, "denied": self.denied, "suspects": self.suspects}, out)
            os.replace(self.state + ".new", self.state)
        except OSError as error:
            print("spawner: what it learned is not kept:", error, file=sys.stderr, flush=True)

    def serve(self):
        """Serves the portal until it goes away. Returns in an instance only: what the instance is to be."""
        wake, self.wakeup = socket.socketpair()
        wake.setblocking(False)
        self.wakeup.setblocking(False)
        self.wake = wake
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler, so that the wakeup descriptor is written to
        signal.set_wakeup_fd(self.wakeup.fileno(), warn_on_full_buffer=False)
        self.selector.register(self.socket, selectors.EVENT_READ, self.on_portal)
        self.selector.register(wake, selectors.EVENT_READ, self.on_exits)
        self.reap()  # those that ended while we began again
        while True:
            ready = self.selector.select(0 if self.pending else None)
            if not ready:
                self.learn()
            for key, _ in ready:
                order = key.data(key.fd)
                if order:
                    return order

    def on_portal(self, _):
        if not self.buffer and time.monotonic() - self.stamp_read > 1:
            self.stamp_read = time.monotonic()
            if environment_stamp() != self.stamp:
                self.begin_again("the environment changed on disk")  # the request still waits in the socket
        data, logs = receive(self.socket)
        self.logs += logs
        if not data:
            sys.exit(0)
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        if len(self.buffer) > LONGEST_LINE:
            self.fail("a line is longer than 1 MiB")
        for line in lines:
            order = self.obey(line)
            if order:
                return order
        return None

    def obey(self, line):
        try:
            request = json.loads(line)
            do = request.get("do")
        except (ValueError, AttributeError, RecursionError):
            return self.tell(error="the line is no JSON object")
        if not self.is_greeted:
            if do != "hello" or request.get("protocol") != PROTOCOL:
                self.fail(f"protocol {PROTOCOL} is spoken here, and the portal's first line was {do} {request.get('protocol')}")
            self.is_greeted = True
        elif do == "fork":
            log = self.logs.pop(0) if self.logs else -1
            try:
                return self.fork(request, log)
            finally:
                if log >= 0:
                    os.close(log)
        else:
            self.tell(id=request.get("id"), error=f"unknown command {do!r}")
        return None

    def fork(self, request, log):
        fault = fault_of(request)
        if fault:
            return self.tell(id=request.get("id"), error=f"{fault} is not as the protocol has it")
        sys.stdout.flush()
        sys.stderr.flush()
        ours, theirs = os.pipe()
        try:
            pid = os.fork()
        except OSError as error:
            os.close(ours)
            os.close(theirs)
            return self.tell(id=request.get("id"), error=f"fork: {error}")
        if pid == 0:
            try:
                os.setsid()
                signal.set_wakeup_fd(-1)
                for mine in (self.socket, self.wake, self.wakeup):
                    mine.close()
                for file in (ours, *self.pipes, *self.logs, *self.state_folder):
                    os.close(file)
                become(request, log)
                os.write(theirs, b"+")
            except BaseException as error:
                os.write(theirs, f"{type(error).__name__}: {error}".encode()[:1000])
                os._exit(1)
            return {"argv": request["argv"], "pipe": theirs, "script_folder": self.script_folder}
        os.close(theirs)
        said = os.read(ours, 1)
        if said == b"+":
            self.pipes.add(ours)
            self.selector.register(ours, selectors.EVENT_READ, self.on_report)
            return self.tell(id=request.get("id"), pid=pid, started=start_time(pid))
        said += os.read(ours, 1000)
        os.close(ours)
        os.waitpid(pid, 0)
        return self.tell(id=request.get("id"), error=said.decode(errors="replace") or "it died before it began")

    def on_exits(self, _):
        self.wake.recv(4096)
        self.reap()

    def reap(self):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            how = {"signal": os.WTERMSIG(status)} if os.WIFSIGNALED(status) else {"code": os.WEXITSTATUS(status)}
            self.tell(event="exited", pid=pid, **how)

    def on_report(self, pipe):
        """An instance tells what it had to import by itself, one name a line."""
        data = os.read(pipe, 1 << 16)
        self.pending += [part for part in data.decode(errors="replace").split("\n") if part]
        if not data:
            self.selector.unregister(pipe)
            self.pipes.discard(pipe)
            os.close(pipe)

    def learn(self):
        """When nothing else is to be done: imports for those to come what instances had to import."""
        names = [name for name in dict.fromkeys(self.pending) if name not in sys.modules and name not in self.denied]
        self.pending = []
        if not names:
            return
        self.load(names)
        self.learned += [name for name in names if name not in self.denied and name not in self.learned]
        self.write_state()
        self.settle()
        self.tell(event="learned", modules=len(sys.modules))


def fault_of(request):
    """The first part of a request for an instance that is of the wrong kind. What the values are good for turns out in the fork."""
    argv, env, limits = request.get("argv"), request.get("env"), request.get("limits", {})
    kinds = {
        "id": type(request.get("id")) is int,
        "argv": isinstance(argv, list) and argv and all(isinstance(word, str) for word in argv),
        "env": isinstance(env, dict) and all(isinstance(value, str) for value in env.values()),
        "cwd": isinstance(request.get("cwd"), str),
        "name": isinstance(request.get("name", ""), str),
        "limits": isinstance(limits, dict) and all(
            isinstance(pair, list) and [type(number) for number in pair] == [int, int] for pair in limits.values()),
    }
    return next((part for part, is_right in kinds.items() if not is_right), None)


def start_time(pid):
    with open(f"/proc/{pid}/stat", "rb") as file:
        return int(file.read().rpartition(b")")[2].split()[19])


# ---- the instance ----

def become(order, log):
    """Makes of a fresh fork what a process of its own would be: nothing of the spawner's is left but its modules."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # these three as in every Python that starts
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.umask(0o077)
    os.chdir(order["cwd"])
    if log < 0:
        raise ValueError("no file for its output came with the request")
    nothing = os.open("/dev/null", os.O_RDONLY)
    for number, file in enumerate([nothing, log, log]):
        os.dup2(file, number)
    os.close(nothing)
    for what, limits in order.get("limits", {}).items():
        resource.setrlimit(RLIMIT_LOCKS if what == "LOCKS" else getattr(resource, "RLIMIT_" + what), tuple(limits))
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    tempfile.tempdir = None
    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, order["cwd"])  # as `python -m streamlit` has it
    importlib.invalidate_caches()
    rename(order.get("name", "streamlit"), ["streamlit", *order["argv"]])


def rename(name, command):
    """What ps shows: the name, and the command line, which proc(5) reads from where the kernel once put it."""
    ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode()[:15], 0, 0, 0)
    with open("/proc/self/stat", "rb") as file:
        start, end = (int(field) for field in file.read().rpartition(b")")[2].split()[45:47])
    if start and end > start:
        room = end - start
        ctypes.memmove(start, b"\0".join(map(os.fsencode, command))[:room - 1].ljust(room, b"\0"), room)


def report_modules(pipe, script_folder, known):
    """A thread of an instance: tells the spawner what is loaded beyond what it came with, whenever that has settled."""
    pause, before = 0.25, 0
    ends = time.monotonic() + 600
    while time.monotonic() < ends:
        time.sleep(pause)
        pause = min(pause * 1.2, 10)
        loaded = list(sys.modules.items())
        if len(loaded) == before:
            names = [name for name, module in loaded if name not in known and is_library(name, module, script_folder)]
            known.update(name for name, _ in loaded)
            try:
                for name in names:
                    os.write(pipe, name.encode() + b"\n")
            except OSError:
                break  # the spawner is gone
        before = len(loaded)
    os.close(pipe)


def watch_as_told():
    """Makes Streamlit follow server.fileWatcherType=none, which the portal sets, for its configuration files as well.

    Streamlit 1.62 polls them five times a second whatever the option says, and no other option ends that.
    """
    try:
        from streamlit.web import bootstrap
    except ImportError:
        return
    watch = getattr(bootstrap, "watch_file", None)
    if watch:
        bootstrap.watch_file = lambda path, on_changed, **_: watch(path, on_changed)


def run(order):
    sys.argv = ["streamlit", *order["argv"]]
    sys.modules["__main__"] = types.ModuleType("__main__")
    threading.Thread(target=report_modules, name="report-modules", daemon=True,
                     args=(order["pipe"], order["script_folder"], set(sys.modules))).start()
    gc.enable()
    watch_as_told()
    from streamlit.web import cli
    cli.main(prog_name="streamlit")


def main():
    sys.path[:] = [path for path in sys.path if path != os.path.dirname(os.path.abspath(__file__))]
    if sys.argv[1:] == ["probe"]:
        sys.exit(None if importlib.util.find_spec("streamlit") else f"{sys.executable} has no module named streamlit")
    # OpenBLAS starts a thread for each core when NumPy is imported, which would keep NumPy and pandas from being shared.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.umask(0o077)
    spawner = Spawner(*sys.argv[1:])
    spawner.warm_up()
    run(spawner.serve())


if __name__ == "__main__":
    main()
