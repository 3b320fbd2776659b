"""What a process is beside its modules: taken before and after an import, to see what the import did."""

import asyncio
import atexit
import builtins
import contextvars
import copyreg
import datetime
import decimal
import faulthandler
import http.client
import importlib
import io
import json
import locale
import logging
import os
import pickle
import platform
import queue
import random
import resource
import select
import selectors
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.request
import uuid
import warnings

LIMITS = sorted({getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")})
SIGNALS = sorted(signal.valid_signals())
STATUS = (
    b"Name:",
    b"Umask:",
    b"Uid:",
    b"Gid:",
    b"Groups:",
    b"Threads:",
    b"SigBlk:",
    b"SigIgn:",
    b"SigCgt:",
    b"CapEff:",
    b"NoNewPrivs:",
    b"Seccomp:",
    b"Cpus_allowed:",
)

# What libraries replace parts of, so that it does something else from then on.
OWNERS = [
    builtins,
    sys,
    os,
    io,
    socket,
    socket.socket,
    ssl,
    ssl.SSLContext,
    threading,
    threading.Thread,
    json,
    json.JSONEncoder,
    json.JSONDecoder,
    time,
    datetime,
    select,
    selectors,
    subprocess,
    subprocess.Popen,
    signal,
    logging,
    logging.Logger,
    logging.Handler,
    warnings,
    urllib.request,
    http.client,
    http.client.HTTPConnection,
    queue,
    random,
    decimal,
    copyreg,
    pickle,
    tempfile,
    locale,
    traceback,
    platform,
    uuid,
    importlib,
    asyncio,
]
CHANGING = {
    (sys, name)
    for name in ("last_exc", "last_type", "last_value", "last_traceback", "modules", "path_importer_cache")
}


def descriptors():
    found = {}
    for number in os.listdir("/proc/self/fd"):
        try:
            found[int(number)] = os.readlink("/proc/self/fd/" + number)
        except OSError:
            pass  # the listing's own
    return found


def children():
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
        return set(file.read().split())


def status():
    with open("/proc/self/status", "rb") as file:
        return [line for line in file if line.startswith(STATUS)]


def loggers():
    known = {
        "": logging.root,
        **{name: one for name, one in logging.root.manager.loggerDict.items() if isinstance(one, logging.Logger)},
    }
    return {
        name: (one.level, one.propagate, one.disabled, list(one.handlers), list(one.filters))
        for name, one in known.items()
    }


def parts():
    return [dict(vars(owner)) for owner in OWNERS]


def changed_part(before, after):
    """A name that was given another meaning, other than by the import of a submodule."""
    for owner, old, new in zip(OWNERS, before, after):
        if old != new:
            for name, part in new.items():
                if old.get(name) is not part and not isinstance(part, type(sys)) and (owner, name) not in CHANGING:
                    return f"{getattr(owner, '__qualname__', owner.__name__)}.{name}"
    return None


def multiprocessing_method():
    context = sys.modules.get("multiprocessing.context")
    return getattr(getattr(context, "_default_context", None), "_actual_context", None)


TRAITS = {
    "open files": descriptors,
    "its state in the kernel": status,
    "child processes": children,
    "signal handlers": lambda: [signal.getsignal(number) for number in SIGNALS],
    "timers": lambda: [signal.getitimer(kind)[1] or bool(signal.getitimer(kind)[0]) for kind in range(3)],
    "functions to call at exit": lambda: atexit._ncallbacks(),
    "the fault handler": faulthandler.is_enabled,
    "its folder": os.getcwd,
    "its priority": lambda: os.getpriority(os.PRIO_PROCESS, 0),
    "its limits": lambda: [resource.getrlimit(limit) for limit in LIMITS],
    "the time zone": lambda: (time.tzname, time.timezone),
    "the locale": lambda: locale.setlocale(locale.LC_ALL, None),
    "the finders of modules": lambda: list(sys.meta_path),
    "sys.path or a hook": lambda: [
        list(sys.path),
        list(sys.path_hooks),
        sys.excepthook,
        sys.unraisablehook,
        sys.displayhook,
        sys.breakpointhook,
        threading.excepthook,
        sys.stdin,
        sys.stdout,
        sys.stderr,
        sys.gettrace(),
        threading._trace_hook,
        threading._profile_hook,
        sys.get_asyncgen_hooks(),
    ],
    "a setting of the interpreter": lambda: [
        sys.getrecursionlimit(),
        sys.getswitchinterval(),
        sys.get_int_max_str_digits(),
        sys.getdlopenflags(),
        sys.dont_write_bytecode,
        sys.pycache_prefix,
        threading.stack_size(),
        sys.get_coroutine_origin_tracking_depth(),
    ],
    "how warnings are shown": lambda: [warnings.showwarning, warnings.formatwarning, warnings._showwarnmsg_impl],
    "logging": lambda: [
        logging.root.manager.disable,
        logging._loggerClass,
        logging._logRecordFactory,
        logging.lastResort,
        logging.raiseExceptions,
        dict(logging._levelToName),
    ],
    "the time limit of sockets": socket.getdefaulttimeout,
    "the decimal context": lambda: [repr(decimal.getcontext()), repr(decimal.DefaultContext)],
    "context variables": lambda: dict(contextvars.copy_context().items()),
    "the event loop's policy": lambda: asyncio.events._event_loop_policy,
    "how processes are started": multiprocessing_method,
    "a part of the standard library": parts,
}


def take():
    taken = {name: look() for name, look in TRAITS.items()}
    taken["loggers"] = loggers()
    return taken


HARD = ("open files", "its state in the kernel", "child processes", "signal handlers", "timers", "its folder")


def take_hard():
    """What a fork must not take along, whoever asks for it."""
    return {name: TRAITS[name]() for name in HARD}


def difference(before, after, but=(), module=""):
    """The first thing that is not as before a module was executed; None where all is."""
    for name, old in before.items():
        if name in but:
            continue
        new = after[name]
        if name == "loggers":
            if any(
                new.get(logger) != state
                for logger, state in old.items()
                if logger.partition(".")[0] != module.partition(".")[0]
            ):
                return "loggers of others"
        elif name == "child processes":
            if new - old:
                return name
        elif name == "a part of the standard library":
            part = changed_part(old, new)
            if part:
                return part
        elif new != old:
            return name
    return None
