"""Imports modules in a child that is thrown away, and reports what each does while it is imported.

Everything that watches is in place in that child alone: no instance is forked from a process that was watched.
A report, of the module alone without what it imports in turn:

    why      what keeps it from being shared; None where nothing does
    uses     the modules that it imports        missing  those that it looks for in vain
    reads    environment variables and their values; "*" for all of them        sets   those that it changes
    filters  what it adds to the filters of warnings        files    what it looks at outside of the libraries
    at_exit  functions that it has called at exit           finders  True where it adds a finder of modules
    native   True for machine code of a package
"""

import atexit
import copy
import gc
import importlib
import json
import mmap
import os
import random
import re
import resource
import selectors
import signal
import sys
import threading
import time
import types
import warnings

from prefork import state
from prefork.imports import ImportRecorder, bootstrap
from prefork.origin import LIBRARIES, is_library, is_library_file, is_standard

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CALLS = {id(call): why for why, calls in {
    "it asks for its process id": [os.getpid, os.getppid, os.getpgid, os.getpgrp, os.getsid],
    "it asks to be told of forks": [os.register_at_fork],
    "it asks for its limits": [resource.getrlimit],
    "it draws at random": [os.urandom, getattr(os, "getrandom", os.urandom), random.random, random.getrandbits, random._inst.random],
    "it asks for the time": [time.time, time.time_ns, time.monotonic, time.monotonic_ns, time.perf_counter, time.perf_counter_ns,
                             time.process_time, time.localtime, time.ctime],
}.items() for call in calls}
EVENTS = {
    **dict.fromkeys(["os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
                     "os.utime", "os.setxattr", "tempfile.mkstemp", "tempfile.mkdtemp", "shutil.rmtree", "shutil.copyfile"], "it changes files"),
    **dict.fromkeys(["subprocess.Popen", "os.system", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.exec", "pty.spawn",
                     "_thread.start_new_thread", "_thread.start_joinable_thread", "os.kill", "signal.pthread_kill"], "it starts or signals a process or a thread"),
    **dict.fromkeys(["socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname",
                     "socket.gethostbyaddr", "socket.getnameinfo", "urllib.Request"], "it uses the network"),
    **dict.fromkeys(["sqlite3.connect", "fcntl.lockf", "fcntl.flock", "syslog.openlog", "syslog.syslog"], "it opens something"),
    **dict.fromkeys(["sys.addaudithook", "cpython.PyInterpreterState_New", "sys.settrace"], "it watches the interpreter"),
}
NOTHING = ("\0",)
KNOWN = {
    "it draws at random": ("numpy.random", "random", "multiprocessing.process"),  # all are seeded again in the instance
    "it asks to be told of forks": ("random", "logging", "threading", "concurrent.futures", "multiprocessing", "tempfile"),
    "it asks for the time": ("dateutil.parser", "logging"),  # the year, which is part of the stamp; set in the instance
}
UNINTERESTING = ("/proc/", "/sys/", "/dev/", "/usr/share/zoneinfo/", *LIBRARIES)
EMPTY = {"why": None, "uses": [], "missing": [], "reads": {}, "sets": {}, "filters": [], "files": {}, "at_exit": [], "finders": False,
         "native": False}


class Rehearsal:
    def __init__(self, tell, script_folder):
        self.tell, self.script_folder = tell, script_folder
        self.reports, self.running = {}, []
        self.locals, self.at_exit = [], []
        self.output = os.memfd_create("output")
        self.written, self.is_watching, self.folder = 0, False, os.getcwd()

    # ---- what happens is put down to the module whose code runs ----

    def report(self):
        name = self.running[-1] if self.running else ""
        return self.reports.setdefault(name, copy.deepcopy(EMPTY))

    def fault(self, why):
        report = self.report()
        if self.running_name().startswith(KNOWN.get(why, NOTHING)):
            return
        report["why"] = report["why"] or why

    def boundary(self):
        """Between the code of two modules."""
        sys.setprofile(None)
        was_watching, self.is_watching = self.is_watching, False
        now = state.take()
        changed = state.difference(self.state, now, but=("the finders of modules", "functions to call at exit"))
        if changed:
            self.fault(f"it changes {changed}")
        report = self.report()
        self.note_finders(report, self.state["the finders of modules"], now["the finders of modules"])
        if now["functions to call at exit"] - self.state["functions to call at exit"] != len(self.at_exit):
            self.fault("it changes functions to call at exit")
        report["at_exit"] += self.at_exit
        self.at_exit = []
        before, after = self.variables, dict(os.environ._data)
        if before != after:
            report["sets"] |= {os.fsdecode(name): os.fsdecode(value) for name, value in after.items() if before.get(name) != value}
            report["sets"] |= {os.fsdecode(name): None for name in before if name not in after}
        if self.filters != warnings.filters:
            added = added_filters(self.filters, list(warnings.filters))
            if added is None:
                self.fault("it changes how warnings are shown")
            else:
                report["filters"] += added
        written = os.fstat(self.output).st_size
        if written != self.written:
            self.fault("it prints")
        self.look_at_objects()
        self.state, self.variables, self.filters, self.written = now, after, list(warnings.filters), written
        self.is_watching = was_watching
        if was_watching:
            sys.setprofile(self.on_profile)

    def note_finders(self, report, before, after):
        if after[:len(before)] != before:
            self.fault("it changes the finders of modules")
        for finder in after[len(before):]:
            owner = getattr(finder, "__module__", "")
            if owner == self.running_name():
                report["finders"] = True
            else:
                self.fault("it changes the finders of modules")

    def on_exit_function(self, function, *arguments, **more):
        owner, name = getattr(function, "__module__", None), getattr(function, "__qualname__", "")
        found = sys.modules.get(owner)
        for part in name.split("."):
            found = getattr(found, part, None)
        if arguments or more or found != function:
            # It may be defined later in the same module: its name must lead to it when all is imported.
            if arguments or more or "<" in name or not isinstance(owner, str):
                self.fault("it changes functions to call at exit")
        self.at_exit.append([owner, name])
        return self.registering(function, *arguments, **more)

    def look_at_objects(self):
        """Those that were made since the last time: what each process must have of its own, wherever it is kept."""
        arrays = sys.modules.get("numpy.random")
        generators = (arrays.Generator, arrays.RandomState, arrays.BitGenerator) if hasattr(arrays, "BitGenerator") else ()
        for one in gc.get_objects():
            kind = type(one)
            if kind in (dict, tuple, list, types.FunctionType, set):
                continue
            if issubclass(kind, random.Random) and not issubclass(kind, random.SystemRandom) and one is not random._inst:
                self.fault("it holds a generator of random numbers")
            elif generators and issubclass(kind, generators) and not self.running_name().startswith("numpy.random"):
                self.fault("it holds a generator of random numbers")
            elif issubclass(kind, threading.local):
                self.locals.append((one, len(vars(one))))
            elif issubclass(kind, mmap.mmap):
                self.fault("it maps memory")
        for number, (one, size) in enumerate(self.locals):
            if len(vars(one)) != size:
                self.fault("it sets something for this thread alone")
                self.locals[number] = (one, len(vars(one)))
        gc.freeze()

    def running_name(self):
        return self.running[-1] if self.running else ""

    def load(self, spec):
        self.boundary()
        self.running.append(spec.name)
        self.report()
        self.tell(importing=spec.name)
        try:
            return self.loading(spec)
        finally:
            self.boundary()
            self.running.pop()

    # ---- watching ----

    def on_profile(self, frame, event, argument):
        if event == "c_call":
            why = CALLS.get(id(argument))
            if why:
                self.fault(why)
            elif getattr(argument, "__name__", "") in ("now", "utcnow", "today") and isinstance(getattr(argument, "__self__", None), type):
                self.fault("it asks for the time")
        elif event == "call":
            code = frame.f_code
            name = code.co_name
            if name in ("exists", "isfile", "isdir", "lexists", "stat") and code.co_filename.endswith(("genericpath.py>", "genericpath.py", "genericpath>", "posixpath.py", "pathlib.py", "_local.py")):
                self.note_file(frame.f_locals.get("path", frame.f_locals.get("s", frame.f_locals.get("self"))))
            elif name in ("stack", "getouterframes", "extract_stack", "walk_stack") and code.co_filename.endswith(("inspect.py", "traceback.py")):
                self.fault("it looks at its callers")

    def on_event(self, event, arguments):
        if not self.is_watching:
            return
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, int):
                return
            path = os.fsdecode(path)
            if isinstance(flags, int) and flags & _WRITES and path != "/dev/null" and "__pycache__" not in path:
                self.fault("it writes a file")
            self.note_file(path)
        elif event in EVENTS:
            if event.startswith("os.") and arguments and isinstance(arguments[0], (str, bytes)) and "__pycache__" in os.fsdecode(arguments[0]):
                return
            if event != "subprocess.Popen" or arguments[0] != "uname":  # platform asks it once; nothing is left of it
                self.fault(EVENTS[event])
        elif event in ("os.putenv", "os.unsetenv") and "os" not in sys._getframe(1).f_code.co_filename:
            self.fault("it changes the environment of the C library alone")

    def note_file(self, path):
        try:
            path = os.path.normpath(os.path.join(self.folder, os.fsdecode(path)))
        except TypeError:
            return
        if not path.startswith(UNINTERESTING) and "__pycache__" not in path and not is_library_file(path, self.script_folder):
            self.report()["files"][path] = True

    # ---- the whole ----

    def run(self, names):
        os.dup2(self.output, 1)
        os.dup2(self.output, 2)
        gc.disable()
        gc.collect()
        gc.freeze()
        self.arguments = WatchedList(sys.argv)
        sys.argv = self.arguments
        sys.modules["__main__"] = watched = WatchedModule("__main__")
        self.state, self.variables, self.filters = state.take(), dict(os.environ._data), list(warnings.filters)
        with ImportRecorder() as recorder, WatchedEnvironment(self):
            self.loading = bootstrap._load_unlocked
            bootstrap._load_unlocked = self.load
            WatchedList.tell = WatchedModule.tell = self.fault
            self.registering, atexit.register = atexit.register, self.on_exit_function
            held = [watched, sys.getrefcount(watched), sys.getrefcount(self.arguments)]
            sys.addaudithook(self.on_event)
            for name in names:
                self.import_one(name, recorder, held)

    def import_one(self, name, recorder, held):
        known = set(sys.modules)
        problem = None
        self.is_watching = True
        sys.setprofile(self.on_profile)
        try:
            importlib.import_module(name)
        except BaseException as error:  # whatever it is, it is the instance's to meet
            problem = f"{type(error).__name__}: {error}"
        finally:
            sys.setprofile(None)
            self.is_watching = False
        self.boundary()
        counts = [sys.getrefcount(held[0]), sys.getrefcount(self.arguments)]
        if counts != held[1:]:
            held[1:] = counts
            self.reports.setdefault(name, copy.deepcopy(EMPTY))["why"] = "it keeps hold of the main module or of the arguments"
        for added in [one for one in self.reports if one in sys.modules and one not in known] + [one for one in sys.modules if one not in known]:
            known.add(added)
            module = sys.modules[added]
            if added not in self.reports:
                self.reports[added] = copy.deepcopy(EMPTY)
            report = self.reports[added]
            origin = getattr(getattr(module, "__spec__", None), "origin", None) or ""
            if getattr(module, "__spec__", None) is not None and not is_library(added, module, self.script_folder):
                report["why"] = "it is not installed with the interpreter"
            report["native"] = origin.endswith(".so") and not is_standard(module)
            report["uses"] = list(recorder.uses.get(added, ()))
            report["missing"] = list(recorder.missing.get(added, ()))
            self.tell(module=added, **{**report, "files": list(report["files"])})
        self.tell(done=name, problem=problem)


class WatchedList(list):
    def __getitem__(self, key): self.tell("it reads its arguments"); return super().__getitem__(key)
    def __iter__(self): self.tell("it reads its arguments"); return super().__iter__()
    def __len__(self): self.tell("it reads its arguments"); return super().__len__()


class WatchedModule(types.ModuleType):
    def __getattribute__(self, name):
        if name != "__class__":
            WatchedModule.tell("it asks for the main module")
        return super().__getattribute__(name)


class WatchedEnvironment:
    def __init__(self, rehearsal):
        self.rehearsal = rehearsal

    def __enter__(self):
        kind, rehearsal = os._Environ, self.rehearsal
        self.reading, self.walking = kind.__getitem__, kind.__iter__

        def read(environ, key):
            if rehearsal.is_watching:
                data = environ._data.get(environ.encodekey(key))
                rehearsal.report()["reads"].setdefault(os.fsdecode(key), None if data is None else os.fsdecode(data))
            return self.reading(environ, key)

        def walk(environ):
            if rehearsal.is_watching:
                rehearsal.report()["reads"]["*"] = None
            return self.walking(environ)

        kind.__getitem__, kind.__iter__ = read, walk

    def __exit__(self, *_):
        os._Environ.__getitem__, os._Environ.__iter__ = self.reading, self.walking


def added_filters(before, after):
    """What was added, as text; None where that is not all that changed, or cannot be said in text."""
    old = [one for one in after if one in before]
    if old != before:
        return None
    first = after.index(before[0]) if before else len(after)
    added = []
    for place, one in enumerate(after):
        if one not in before:
            action, message, category, module, line = one
            if any(not isinstance(part, (re.Pattern, type(None))) for part in (message, module)):
                return None
            added.append([place < first, action, *[part and [part.pattern, part.flags & ~re.UNICODE] for part in (message, module)],
                          [category.__module__, category.__qualname__], line])
    return added


PATIENCE = 30  # seconds for one module


def rehearse(names, script_folder):
    """The reports of what these names need, and what is wrong with names that cannot be imported, {name: why}."""
    reports, problems = {}, {}
    names = list(names)
    while names:
        ended = _rehearse(names, script_folder, reports, problems)
        names = names[names.index(ended) + 1:] if ended in names else []
    return reports, problems


def _rehearse(names, script_folder, reports, problems):
    """Returns the name at which it came to an end before all were done."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            out = os.fdopen(theirs, "w", encoding="utf-8")

            def tell(**message):
                out.write(json.dumps(message) + "\n")
                out.flush()

            Rehearsal(tell, script_folder).run(names)
        finally:
            os._exit(0)
    os.close(theirs)
    importing, current, rest = "", names[0], b""
    with selectors.PollSelector() as selector:
        selector.register(ours, selectors.EVENT_READ)
        while True:
            data = os.read(ours, 1 << 16) if selector.select(PATIENCE) else b""
            *lines, rest = (rest + data).split(b"\n")
            for message in map(json.loads, lines):
                if "module" in message:
                    reports[message.pop("module")] = message
                elif "done" in message:
                    if message["problem"]:
                        problems[message["done"]] = message["problem"]
                    later = names[names.index(message["done"]) + 1:]
                    current = later[0] if later else None
                else:
                    importing = message["importing"]
            if not data:
                break
    os.close(ours)
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.waitpid(pid, 0)
    if current is not None:
        why = "the process ended, or did not go on, while it was imported"
        problems[current] = why
        reports.setdefault(importing or current, {**EMPTY, "why": why})["why"] = why
    return current
