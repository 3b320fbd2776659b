"""Makes of a fresh fork what a process of its own would be."""

import ctypes
import gc
import logging
import os
import random
import resource
import signal
import sys
import tempfile
import time
import types

import _socket

from prefork import origin, stamps

PR_SET_NAME = 15
LIBC = ctypes.CDLL(None)


class Start:
    """What the spawner began with, and each process of the app's begins with as well."""

    def __init__(self, main, environment, umask, paths, children):
        """main: the names of the main module when it began. environment: before anything was imported."""
        with open("/proc/self/environ", "rb") as file:  # before the interpreter changed it
            self.variables = dict(one.split(b"=", 1) for one in file.read().split(b"\0") if b"=" in one)
        self.main, self.environment, self.umask = main, environment, umask
        self.outside = [path for path in paths if not os.path.join(os.path.realpath(path), "").startswith(origin.LIBRARIES)]
        self.identity, self.children = stamps.identity("."), children

    def environment_of(self, sent):
        """Returns what becomes of the environment on the way here, by a shell, a wrapper or the interpreter itself."""
        return {**sent, **{name: value for name, value in self.environment.items() if name not in sent}}

    def variables_of(self, sent):
        """Returns the environment for a process that is started directly."""
        return {**self.variables, **{os.fsencode(name): os.fsencode(value) for name, value in sent.items()}}

    def is_same(self, sent, base):
        """True where Streamlit would import here what it imported in the spawner."""
        if self.environment_of(sent) != self.environment or stamps.identity(".") != self.identity:
            return False
        folders = [*self.outside, *([] if getattr(sys.flags, "safe_path", False) else [os.getcwd()])]
        return not origin.are_shadowed({name for name in base if "." not in name}, folders)


def become(order, log, start):
    """Leaves nothing of the spawner's but its modules. Returns the words of a command that would start the same."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.umask(start.umask)
    os.chdir(order["cwd"])
    if log < 0:
        raise ValueError("no file for its output came with the request")
    nothing = os.open("/dev/null", os.O_RDONLY)
    for number, file in enumerate([nothing, log, log]):
        os.dup2(file, number)
    os.close(nothing)
    for what, limits in order.get("limits", {}).items():
        resource.setrlimit(getattr(resource, "RLIMIT_" + what), tuple(limits))
    return [sys.executable, "-m", "streamlit", *order["argv"]]


def start_directly(command, environment):
    """Starts the instance as a process of its own, where a fork would not be the same."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    os.execve(command[0], command, environment)


def renew(order, command, start, loaded):
    """Computes again, for an instance that is forked, what the spawner's imports computed for the process."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # these three as in every Python that starts
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    tempfile.tempdir, tempfile._name_sequence = None, None
    logging._startTime = time.time_ns() if isinstance(logging._startTime, int) else time.time()
    random.seed()
    for name in ("random", "numpy.random"):
        if name in sys.modules:
            sys.modules[name].seed()
    processes = loaded("multiprocessing.process")
    if processes:
        processes._current_process._config["authkey"] = processes.AuthenticationString(os.urandom(32))
    unique = loaded("uuid")
    if unique:
        unique._last_timestamp, unique._node = None, None
    sys.orig_argv[:] = command
    sys.argv[:] = ["-m", *order["argv"]]
    for finder in list(sys.path_importer_cache.values()):
        if hasattr(finder, "invalidate_caches"):
            finder.invalidate_caches()
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    if "__annotations__" in start.main:  # until Python 3.13
        main.__annotations__ = {}
    main.__builtins__ = sys.modules["builtins"]
    gc.enable()
    show_as(order.get("name", "streamlit"), command)


def show_as(name, command):
    """Sets what ps shows: the name, and the command line, which proc(5) reads from where the kernel once put it."""
    LIBC.prctl(PR_SET_NAME, name.encode()[:15], 0, 0, 0)
    with open("/proc/self/stat", "rb") as file:
        start, end = (int(field) for field in file.read().rpartition(b")")[2].split()[45:47])
    if start and end > start:
        room = end - start
        ctypes.memmove(start, b"\0".join(map(os.fsencode, command))[: room - 1].ljust(room, b"\0"), room)


class Misses:
    """Tells the spawner what this instance had to import by itself, without a file or a thread of its own."""

    def __init__(self, address, may_be_learned):
        self.address, self.may_be_learned = address, may_be_learned
        self.process, self.main, self.sent = os.getpid(), sys.modules["__main__"], 0

    def __call__(self, name, spec, phase=None):
        if self.sent >= 2000 or os.getpid() != self.process:
            return
        # Before the script runs, Streamlit has not put it in the place of the main module.
        phase = phase or ("s" if sys.modules.get("__main__") is self.main else "l")
        if phase != "d" and not self.may_be_learned(phase, name, spec.origin):
            return
        self.sent += 1
        try:
            to = _socket.socket(_socket.AF_UNIX, _socket.SOCK_DGRAM | _socket.SOCK_NONBLOCK)
            try:
                to.sendto(f"{phase} {name} {spec.origin}".encode(), self.address)
            finally:
                to.close()
        except OSError:
            self.sent = 2000  # the spawner is gone


def watch_as_told():
    """Makes Streamlit follow server.fileWatcherType=none, which the portal sets, for its configuration files as well.

    Streamlit 1.62 polls them five times a second whatever the option says, and no other option ends that.
    """
    bootstrap = sys.modules.get("streamlit.web.bootstrap")  # imported by streamlit.web.cli
    watch = getattr(bootstrap, "watch_file", None)
    if watch:
        bootstrap.watch_file = lambda path, on_changed, **_: watch(path, on_changed)
