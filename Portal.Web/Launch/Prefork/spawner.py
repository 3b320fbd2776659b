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

import sys

STARTUP = frozenset(sys.modules)  # what every interpreter has loaded before it runs anything

if sys.argv[1:] == ["probe"]:
    import importlib.util
    sys.path.pop(0)
    sys.exit(None if importlib.util.find_spec("streamlit") else f"{sys.executable} has no module named streamlit")

from prefork.imports import ImportRecorder

with ImportRecorder() as own_imports:
    import array
    import gc
    import importlib
    import json
    import mmap
    import os
    import runpy
    import selectors
    import signal
    import socket
    import struct
    import time
    import warnings

    from prefork import instance, origin, rehearsal, state
    from prefork.script import Reading
    from prefork.shelf import Shelf

PROTOCOL = 2
LONGEST_LINE = 1 << 20
STREAMLIT = "streamlit.web.cli"
BLAS = "OPENBLAS_NUM_THREADS"


def environment_stamp():
    """Changes when a package or the interpreter does."""
    stamps = [sys.version, os.stat(sys.executable).st_mtime_ns, os.uname().nodename, time.localtime().tm_year]
    stamps += [file_stamp(path) for path in ("/etc/localtime", __file__, rehearsal.__file__, state.__file__)]
    for root in sorted(origin.LIBRARIES):
        try:
            stamps.append([root, os.stat(root).st_mtime_ns])
            with os.scandir(root) as entries:
                stamps += sorted([entry.name, entry.stat().st_mtime_ns] for entry in entries
                                 if entry.name.endswith((".dist-info", ".egg-info")))
        except OSError:
            pass
    return json.dumps(stamps)


def file_stamp(path):
    try:
        found = os.stat(path)
        return [found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size]
    except OSError:
        return None


def startup_variables():
    """What the interpreter's own start, and a shell or a wrapper before it, made of the environment."""
    return {name: value for name, value in os.environ.items()}


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
        self.script, self.preload = script, [a.partition("=")[2] for a in more if a.startswith("--preload=")]
        self.script_folder = os.path.join(os.path.dirname(script), "")
        self.learned, self.started, self.denied, self.pending = [], [], {}, []
        self.reports, self.instances = {}, set()
        self.umask = os.umask(0o077)
        try:
            os.chdir(self.script_folder)
        except OSError:
            pass  # each request will say so
        self.folder = file_stamp(".")[:2]
        self.variables, self.finders, self.paths = startup_variables(), list(sys.meta_path), list(sys.path)
        self.sets, self.files = {}, {}
        self.stamp, self.stamp_read = environment_stamp(), time.monotonic()
        self.buffer, self.logs = b"", []
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
        reading = Reading(self.script)
        self.wanted = [*self.preload, *reading.imports]
        why = self.why_not_shared()
        if why:
            self.fail(why)
        self.rehearse([STREAMLIT, *self.started, *self.wanted, *self.learned])
        self.deny_what_the_script_sets(reading)
        if STREAMLIT in self.denied:
            self.fail(f"Streamlit cannot be imported here: {self.denied[STREAMLIT]}")
        self.base = [STREAMLIT, *(name for name in self.started if self.may_share(name, is_base=True))]
        self.load(self.base, is_base=True)
        if STREAMLIT not in sys.modules:
            self.fail(f"Streamlit cannot be imported here: {self.denied.get(STREAMLIT)}")
        self.note_base()
        self.load(self.wanted + self.learned)
        self.write_state()
        self.settle()
        self.tell(event="warm", modules=len(sys.modules) + len(self.shelf.modules), denied=self.denied)

    def note_base(self):
        """What Streamlit's own imports changed: instances have it from their start, as a process of its own would."""
        self.sets = {name: value for name, value in os.environ.items() if self.variables.get(name) != value}
        self.sets |= {name: None for name in self.variables if name not in os.environ}
        if self.is_blas_limited:
            self.sets.pop(BLAS, None)
        self.base_variables, self.base_filters = dict(os.environ), list(warnings.filters)
        self.finders = list(sys.meta_path)

    def why_not_shared(self):
        """What the start of the interpreter did that instances would share; None where nothing did."""
        for name in STARTUP - {"__main__"}:
            module = sys.modules.get(name)
            if getattr(module, "__spec__", None) and not origin.is_library(name, module, self.script_folder):
                return f"The interpreter imports {name} when it starts, which is not installed with it."
        return "The interpreter starts threads." if len(os.listdir("/proc/self/task")) > 1 else None

    def rehearse(self, names):
        missing = [name for name in dict.fromkeys(names) if name not in self.reports and name not in self.problems and name not in sys.modules]
        if not missing:
            return
        if hasattr(self, "shelf"):
            self.unsettle()
        reports, problems = rehearsal.rehearse(missing, self.script_folder)
        for name, report in reports.items():
            self.reports.setdefault(name, report)
        self.problems |= problems
        self.denied |= problems

    def deny_what_the_script_sets(self, reading):
        """What may read a variable that the script sets before it imports it."""
        for name, report in self.reports.items():
            if report["why"]:
                continue
            if not reading.is_complete and report["native"]:
                report["why"] = "it may read what the script sets in the environment"
            elif any(variable in report["reads"] for variable in reading.variables) or (
                    report["native"] and reading.variables and self.mentions(name, reading.variables)):
                report["why"] = "it reads what the script sets in the environment"

    def mentions(self, name, variables):
        """Whether the machine code of a package, or the libraries that it comes with, hold such a name."""
        import importlib.machinery
        top = name.partition(".")[0]
        for root in origin.LIBRARIES:
            for folder in (top, top + ".libs"):
                for where, _, files in os.walk(os.path.join(root, folder)):
                    for file in files:
                        if ".so" in file and holds(os.path.join(where, file), variables):
                            return True
        return top in ("numpy", "scipy") and any(variable.startswith(("OPENBLAS_", "OMP_", "MKL_", "GOTO", "BLIS_")) for variable in variables)

    def may_share(self, name, is_base=False):
        if name in self.denied:
            return False
        for used in Shelf(self.reports, own_imports.uses).closure([name]):
            why = self.reports.get(used, {}).get("why")
            if why and not (is_base and why.startswith(HARMLESS_IN_STREAMLIT)):
                self.denied[name] = why if used == name else f"it imports {used}: {why}"
                return False
        return True

    def load(self, names, is_base=False):
        for name in names:
            if name in sys.modules or not self.may_share(name, is_base):
                continue
            before, known, why = state.take_hard(), set(sys.modules), None
            try:
                importlib.import_module(name)
            except BaseException as error:  # whatever it is, it is the instance's to meet
                why = f"{type(error).__name__}: {error}"
            changed = state.difference(before, state.take_hard())
            if changed:
                why = f"it changes {changed}"
            for added in [one for one in list(sys.modules) if one not in known]:
                report = self.reports.get(added)
                if report is None and getattr(sys.modules[added], "__spec__", None) is not None:
                    changed = why = why or f"it imports {added} now and then only"
                for file in (report or {}).get("files", ()):
                    self.files[file] = file_stamp(file)
            if why:
                self.denied[name] = why
            if changed:
                self.write_state()
                self.begin_again(f"{name}: {why}")

    def unsettle(self):
        self.shelf.take_all()

    def settle(self):
        """After imports: memory is frozen, so that the collector does not write to pages that instances share."""
        self.shelf = Shelf(self.reports, own_imports.uses)
        self.keep = self.shelf.closure(self.base)
        self.keep = {*STARTUP, *self.keep}
        self.shelf.put(self.keep, self.finders)
        for name in set(os.environ) - set(self.base_variables):
            del os.environ[name]
        os.environ.update(self.base_variables)
        if warnings.filters != self.base_filters:
            warnings.filters[:] = self.base_filters
            getattr(warnings, "_filters_mutated_lock_held", getattr(warnings, "_filters_mutated", None))()
        gc.disable()
        gc.collect()
        gc.freeze()

    def begin_again(self, why):
        """A fresh interpreter in this process: connection and instances stay, threads and old modules do not."""
        self.tell(event="again", why=why)
        self.socket.set_inheritable(True)
        sys.stdout.flush()
        connection = f"{'greeted' if self.is_greeted else 'met'}:{self.socket.fileno()}"
        os.umask(self.umask)
        os.execve(sys.executable, [sys.executable, __file__, connection, *self.arguments], self.variables)

    def read_state(self):
        self.problems = {}
        try:
            with open(self.state, encoding="utf-8") as file:
                state = json.load(file)
            self.learned = [name for name in state["learned"] if isinstance(name, str)]
            self.started = [name for name in state["started"] if isinstance(name, str)]
            if state["stamp"] == self.stamp:
                self.denied = {str(name): str(why) for name, why in state["denied"].items()}
                self.reports = {name: {**rehearsal.EMPTY, **report} for name, report in state["reports"].items()}
                self.problems = dict(self.denied)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # there is none yet, or not a whole one: it is learned anew

    def write_state(self):
        try:
            file = os.open(self.state + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(file, "w", encoding="utf-8") as out:
                json.dump({"stamp": self.stamp, "learned": self.learned, "started": self.started, "denied": self.denied,
                           "reports": self.reports}, out)
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
        self.misses = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.misses.bind("")  # a name that the system chooses and no file system knows
        self.misses.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.selector.register(self.misses, selectors.EVENT_READ, self.on_miss)
        self.reap()  # those that ended while we began again
        while True:
            ready = self.selector.select(0.5 if self.pending else None)
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
        if not self.buffer and any(file_stamp(file) != stamp for file, stamp in self.files.items()):
            self.begin_again("a file that was read during the imports changed")
        if not self.buffer and (file_stamp(self.script_folder) or self.folder)[:2] != self.folder:
            self.begin_again("the app's folder is another")  # a link leads elsewhere
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
            return self.begin_instance(request, log, ours, theirs)
        os.close(theirs)
        said = os.read(ours, 1)
        if said == b"+":
            os.close(ours)
            self.instances.add(pid)
            return self.tell(id=request.get("id"), pid=pid, started=start_time(pid))
        said += os.read(ours, 1000)
        os.close(ours)
        os.waitpid(pid, 0)
        return self.tell(id=request.get("id"), error=said.decode(errors="replace") or "it died before it began")

    def begin_instance(self, request, log, ours, theirs):
        """In the fork. Returns what is to run there."""
        try:
            os.setsid()
            address = self.misses.getsockname()
            signal.set_wakeup_fd(-1)
            for mine in (self.socket, self.wake, self.wakeup, self.misses):
                mine.close()
            for file in (ours, *self.logs, *self.state_folder):
                os.close(file)
            command = instance.become(request, log, self.umask, self.changes_at_start(request["env"]))
            if self.is_shadowed() or (file_stamp(".") or [])[:2] != self.folder:
                os.write(theirs, b"+")
                instance.start_anew(command)
            instance.renew(request, command, self.sets, lambda name: sys.modules.get(name) or self.shelf.modules.get(name))
            instance.fresh_main()
            folder = self.script_folder
            self.shelf.on_miss = instance.Misses(address, lambda path: origin.is_library_file(path, folder))
            self.shelf.open()
            os.write(theirs, b"+")
            os.close(theirs)
        except BaseException as error:
            os.write(theirs, f"{type(error).__name__}: {error}".encode()[:1000])
            os._exit(1)
        return run

    def changes_at_start(self, sent):
        """What became of the app's environment on the way here, by a shell, a wrapper or the interpreter itself."""
        return {name: value for name, value in self.variables.items() if sent.get(name) != value}

    def is_shadowed(self):
        """Whether a file beside the script, or elsewhere before the libraries, has the name of what Streamlit imports."""
        names = {name for name in self.keep if "." not in name}
        for folder in [os.getcwd(), *(path for path in self.paths if not origin.is_library_file(os.path.join(path, ""), self.script_folder))]:
            try:
                entries = os.listdir(folder)
            except OSError:
                continue
            for entry in entries:
                top, _, kind = entry.partition(".")
                if top in names and (kind in ("py", "pyc") or kind.endswith("so") or (
                        not kind and any(os.path.exists(os.path.join(folder, top, "__init__" + end)) for end in (".py", ".pyc")))):
                    return True
        return False

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
            self.instances.discard(pid)
            self.tell(event="exited", pid=pid, **how)

    def on_miss(self, _):
        """An instance tells what it had to import by itself."""
        while True:
            try:
                data, extras, _, _ = self.misses.recvmsg(1024, socket.CMSG_SPACE(12))
            except BlockingIOError:
                return
            senders = [struct.unpack("3i", what[:12])[0] for _, kind, what in extras if kind == socket.SCM_CREDENTIALS]
            if senders and senders[0] in self.instances:
                self.pending.append(data.decode(errors="replace"))

    def learn(self):
        """When nothing else is to be done: imports for those to come what instances had to import."""
        new = dict.fromkeys(self.pending)
        self.pending = []
        started = [one[1:] for one in new if one[0] == "s" and one[1:] not in self.started]
        learned = [one[1:] for one in new if one[0] == "l" and one[1:] not in self.learned]
        names = [name for name in started + learned if name not in self.denied and name not in self.shelf.modules]
        self.started += started
        self.learned += [name for name in learned if name not in self.started]
        if not names and not started:
            return
        shelved = [one for one in self.shelf.modules if one in self.shelf.closure(started)]
        self.rehearse(names)
        self.unsettle()
        self.deny_what_the_script_sets(Reading(self.script))
        for name in shelved:
            self.shelf.repeat(self.reports.get(name, rehearsal.EMPTY))
        self.load(started, is_base=True)
        self.base += [name for name in started if name in sys.modules]
        self.note_base()
        self.load(names)
        self.learned = [name for name in self.learned if name not in self.denied]
        self.write_state()
        self.settle()
        self.tell(event="learned", modules=len(sys.modules) + len(self.shelf.modules))


# What an instance may inherit where Streamlit itself does it: each process of its own has it from its start as well.
HARMLESS_IN_STREAMLIT = ("it changes platform", "it changes loggers", "it changes logging", "it changes functions to call at exit",
                         "it changes the finders", "it changes how warnings", "it changes sys.path")


def holds(path, names):
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return any(content.find(os.fsencode(name)) >= 0 for name in names)
    except (OSError, ValueError):
        return False


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


def run(order):
    """The instance: what `python -m streamlit` does."""
    gc.enable()
    instance.watch_as_told()
    runpy._run_module_as_main("streamlit")


def main():
    sys.path.pop(0)  # this folder
    sys.path_importer_cache.pop(os.path.dirname(os.path.abspath(__file__)), None)
    # OpenBLAS starts a thread for each core when NumPy is imported, which would keep NumPy and pandas from being shared.
    spawner = Spawner(*sys.argv[1:])
    spawner.is_blas_limited = BLAS not in os.environ
    os.environ.setdefault(BLAS, "1")
    spawner.warm_up()
    spawner.serve()
    run(None)


if __name__ == "__main__":
    main()
