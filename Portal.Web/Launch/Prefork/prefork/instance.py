"""Makes of a fresh fork what a process of its own would be."""

import ctypes
import importlib
import logging
import os
import random
import resource
import signal
import socket
import sys
import tempfile
import time
import types

PR_SET_NAME = 15


def become(order, log, umask, startup):
    """Leaves nothing of the spawner's but its modules. Returns the words of a command that would start the same."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.umask(umask)
    os.chdir(order["cwd"])
    if log < 0:
        raise ValueError("no file for its output came with the request")
    nothing = os.open("/dev/null", os.O_RDONLY)
    for number, file in enumerate([nothing, log, log]):
        os.dup2(file, number)
    os.close(nothing)
    for what, limits in order.get("limits", {}).items():
        resource.setrlimit(getattr(resource, "RLIMIT_" + what), tuple(limits))
    os.environ.clear()
    os.environ.update(environment_of(order, startup))
    time.tzset()
    return [sys.executable, "-m", "streamlit", *order["argv"]]


def environment_of(order, startup):
    """What the portal sends, with what the starting of the interpreter makes of it; see startup_variables."""
    variables = {**order["env"], **startup}
    if "PWD" in startup:  # the shell's, which starts the interpreter
        variables["PWD"] = os.getcwd()
    return variables


def start_anew(command):
    """Where a fork would not be the same."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    os.execv(command[0], command)


def renew(order, command, sets, loaded):
    """The rest, for an instance that is forked."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # these three as in every Python that starts
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for variable, value in sets.items():
        if value is None:
            os.environ.pop(variable, None)
        else:
            os.environ[variable] = value
    tempfile.tempdir, tempfile._name_sequence = None, None
    logging._startTime = time.time_ns() if isinstance(logging._startTime, int) else time.time()
    random.seed()
    numbers = loaded("numpy.random")
    if numbers:
        numbers.seed()
    processes = loaded("multiprocessing.process")
    if processes:
        processes._current_process._config["authkey"] = processes.AuthenticationString(os.urandom(32))
    unique = loaded("uuid")
    if unique:
        unique._last_timestamp, unique._node = None, None
    sys.orig_argv[:] = command
    sys.argv[:] = ["-m", *order["argv"]]
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.getcwd())  # as `python -m streamlit` has it
    importlib.invalidate_caches()
    show_as(order.get("name", "streamlit"), command)


def show_as(name, command):
    """What ps shows: the name, and the command line, which proc(5) reads from where the kernel once put it."""
    ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode()[:15], 0, 0, 0)
    with open("/proc/self/stat", "rb") as file:
        start, end = (int(field) for field in file.read().rpartition(b")")[2].split()[45:47])
    if start and end > start:
        room = end - start
        ctypes.memmove(start, b"\0".join(map(os.fsencode, command))[: room - 1].ljust(room, b"\0"), room)


class Misses:
    """Tells the spawner what this instance had to import by itself, without a file or a thread of its own."""

    def __init__(self, address, is_library):
        self.address, self.is_library = address, is_library
        self.process, self.main, self.sent = os.getpid(), sys.modules["__main__"], 0

    def __call__(self, name, spec):
        if self.sent >= 5000 or os.getpid() != self.process:
            return
        if spec.has_location and not self.is_library(spec.origin):
            return
        # Before the script runs, Streamlit has not put it in the place of the main module.
        phase = b"s" if sys.modules.get("__main__") is self.main else b"l"
        self.sent += 1
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as to:
                to.sendto(phase + name.encode(), self.address)
        except OSError:
            self.sent = 5000  # the spawner is gone


def fresh_main(started):
    """Puts a main module in place as the interpreter makes it; started: the names that ours had when it began."""
    sys.modules["__main__"] = main = types.ModuleType("__main__")
    if "__annotations__" in started:  # until Python 3.13
        main.__annotations__ = {}
    main.__builtins__ = sys.modules["builtins"]


def watch_as_told():
    """Makes Streamlit follow server.fileWatcherType=none, which the portal sets, for its configuration files as well.

    Streamlit 1.62 polls them five times a second whatever the option says, and no other option ends that.
    """
    bootstrap = sys.modules.get("streamlit.web.bootstrap")  # imported by streamlit.web.cli
    watch = getattr(bootstrap, "watch_file", None)
    if watch:
        bootstrap.watch_file = lambda path, on_changed, **_: watch(path, on_changed)
