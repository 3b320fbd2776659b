"""Describes what a process is beside its modules, to see what an import does to it."""

import atexit
import contextvars
import faulthandler
import gc
import hashlib
import logging
import os
import random
import sys
import threading
import time
import types

import _locale
import _signal
import _socket
import _thread

STATUS = ("Name", "Umask", "Uid", "Gid", "Groups", "Threads", "SigBlk", "SigIgn", "SigCgt", "CapEff", "NoNewPrivs",
          "Seccomp", "Cpus_allowed")
PLAIN = (bool, int, float, str, bytes, type(None))
SIZED = (dict, list, set, tuple, frozenset)
OF_IMPORTS = {"__builtins__", "__spec__", "__loader__", "__path__", "__cached__", "__warningregistry__", "modules", "path_importer_cache", "environ"}
DECIMAL = "Context(prec=28, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, capitals=1, clamp=0, flags=[], " \
    "traps=[InvalidOperation, DivisionByZero, Overflow])"


def _descriptors():
    found = {}
    for number in os.listdir("/proc/self/fd"):
        try:
            found[number] = os.readlink("/proc/self/fd/" + number)
        except OSError:
            pass  # the listing's own
    return found


def _status():
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        return [line for line in file if line.partition(":")[0] in STATUS]


def _text(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def children():
    """Returns the ids of the processes that descend from this one."""
    return set(_text(f"/proc/self/task/{os.getpid()}/children").split())


def _decimal():
    decimal = sys.modules.get("decimal")
    return repr(decimal.getcontext()) if decimal else DECIMAL


def _loggers():
    root = logging.root
    known = [root, *(one for one in list(root.manager.loggerDict.values()) if isinstance(one, logging.Logger))]
    whole = (root.manager.disable, logging.lastResort, logging._loggerClass, logging._logRecordFactory)
    return {None: whole} | {
        one.name: (one.level, one.propagate, one.disabled, list(map(id, one.handlers)), len(one.filters)) for one in known
    }


def _loop():
    events = sys.modules.get("asyncio.events")
    policy = getattr(events, "_event_loop_policy", None)
    return type(policy).__name__ if policy else "as it comes"


TRAITS = {
    "open files": _descriptors,
    "its state in the kernel": _status,
    "child processes": lambda: children(),
    "shared memory": lambda: [line for line in _text("/proc/self/maps").splitlines() if line.split()[1].endswith("s")],
    "its limits": lambda: _text("/proc/self/limits"),
    "signal handlers": lambda: [_signal.getsignal(number) for number in range(1, _signal.NSIG)],
    "timers": lambda: [any(_signal.getitimer(kind)) for kind in range(3)],
    "the fault handler": faulthandler.is_enabled,
    "its folder": os.getcwd,
    "its priority": lambda: os.getpriority(os.PRIO_PROCESS, 0),
    "the time zone": lambda: (time.tzname, time.timezone, time.altzone),
    "the locale": lambda: _locale.setlocale(_locale.LC_ALL, None),
    "sys.path or the hooks of imports": lambda: [list(sys.path), len(sys.path_hooks)],
    "a hook of the interpreter": lambda: [
        sys.excepthook, sys.unraisablehook, sys.displayhook, sys.breakpointhook, threading.excepthook,
        sys.stdin, sys.stdout, sys.stderr, sys.gettrace(), sys.getprofile(), sys.get_asyncgen_hooks(),
    ],
    "a setting of the interpreter": lambda: [
        sys.getrecursionlimit(), sys.getswitchinterval(), getattr(sys, "get_int_max_str_digits", int)(),
        sys.getdlopenflags(), sys.dont_write_bytecode, sys.pycache_prefix, _thread.stack_size(),
        sys.get_coroutine_origin_tracking_depth(), gc.isenabled(), gc.get_threshold(), list(gc.callbacks),
    ],
    "logging": _loggers,
    "the time limit of sockets": _socket.getdefaulttimeout,
    "the decimal context": _decimal,
    "context variables": lambda: [(variable.name, id(value)) for variable, value in contextvars.copy_context().items()],
    "the event loop's policy": _loop,
    "the random numbers to come": lambda: hash(random.getstate()),
    "generators of random numbers": lambda: len(_generators()),
    "the main module": lambda: [name for name in vars(sys.modules["__main__"])],
}


def _generators():
    """Finds all generators of random numbers but the global ones, which each instance seeds for itself."""
    kinds, known = [random.Random], [random._inst]
    chance = sys.modules.get("random")
    if chance not in (None, random):
        kinds.append(chance.Random)
        known.append(chance._inst)
    numbers = sys.modules.get("numpy.random")
    if numbers:
        kinds += [numbers.Generator, numbers.BitGenerator, numbers.RandomState]
        known += [numbers.mtrand._rand, numbers.mtrand._rand._bit_generator]
    known = set(map(id, known))
    return [
        one for one in gc.get_objects()
        if isinstance(one, tuple(kinds)) and id(one) not in known and not type(one).__name__ == "SystemRandom"
    ]


def take():
    """Describes the process now."""
    return {name: look() for name, look in TRAITS.items()}


def difference(before, after):
    """Returns the first trait that differs, or None."""
    # A logger that an import adds is its own.
    after["logging"] = {name: after["logging"].get(name) for name in before["logging"]}
    return next((name for name, old in before.items() if after[name] != old), None)


def why_not_to_fork(files, instances):
    """Returns what a fork would take along or leave behind, or None, beside descriptors and processes that may be."""
    if len(os.listdir("/proc/self/task")) > 1:
        return "a thread was started"
    if children() - instances:
        return "a process was started"
    extra = {number: kind for number, kind in _descriptors().items() if int(number) not in files}
    return f"{', '.join(extra.values())} was opened" if extra else None


def shape(module):
    """Returns a hash of a module's names and plain values: another one where it is changed, or differs each time."""
    digest = hashlib.md5(usedforsecurity=False)
    for name, value in list(getattr(module, "__dict__", {}).items()):
        if name in OF_IMPORTS or isinstance(value, types.ModuleType) and value.__name__ != "__main__":
            continue
        what = ""
        if isinstance(value, types.ModuleType):
            what = os.getpid()  # the main module, which is another one in each process
        elif isinstance(value, PLAIN):
            what = repr(value)
        elif isinstance(value, type):
            what = f"{value.__qualname__} {sorted(one for one in vars(value) if not one.startswith(('_abc_', '__')))}"
        elif isinstance(value, SIZED) and not name.startswith("_"):  # not the caches
            what = str(len(value))
        elif callable(value):
            what = f"{getattr(value, '__module__', '')} {getattr(value, '__qualname__', '')}"
        digest.update(f"{name} {type(value).__name__} {what}\n".encode(errors="replace"))
    return digest.hexdigest()[:12]


class AtExit:
    """While it is entered, keeps what is registered to be called at exit, in place of registering it."""

    def __enter__(self):
        self.register, self.calls = atexit.register, []
        self.count = atexit._ncallbacks()
        atexit.register = self.note
        return self

    def note(self, function, *arguments, **more):
        self.calls.append((function, arguments, more))
        return function

    def __exit__(self, *_):
        atexit.register = self.register
