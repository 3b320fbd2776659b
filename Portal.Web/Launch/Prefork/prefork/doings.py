"""What a module may do while it is imported that keeps it from being shared."""

import logging
import os
import random
import resource
import time
import warnings

from prefork.origin import LIBRARIES

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CALLS = {
    "it asks for its process id": [os.getpid, os.getppid, os.getpgid, os.getpgrp, os.getsid],
    "it asks to be told of forks": [os.register_at_fork],
    "it asks for its limits": [resource.getrlimit],
    "it draws at random": [
        os.urandom,
        getattr(os, "getrandom", os.urandom),
        random.random,
        random.getrandbits,
        random._inst.random,
    ],
    "it asks for the time": [
        time.time,
        time.time_ns,
        time.monotonic,
        time.monotonic_ns,
        time.perf_counter,
        time.perf_counter_ns,
        time.process_time,
        time.localtime,
        time.ctime,
    ],
}
CALLS = {id(call): why for why, calls in _CALLS.items() for call in calls}
C_CALLS = {
    "now",
    "utcnow",
    "today",
    "warn",
    "warn_explicit",
    *(call.__name__ for calls in _CALLS.values() for call in calls),
}
EVENTS = {
    **dict.fromkeys(
        [
            "os.mkdir",
            "os.remove",
            "os.rename",
            "os.rmdir",
            "os.link",
            "os.symlink",
            "os.truncate",
            "os.chmod",
            "os.chown",
            "os.utime",
            "os.setxattr",
            "tempfile.mkstemp",
            "tempfile.mkdtemp",
            "shutil.rmtree",
            "shutil.copyfile",
        ],
        "it changes files",
    ),
    **dict.fromkeys(
        [
            "subprocess.Popen",
            "os.system",
            "os.fork",
            "os.forkpty",
            "os.posix_spawn",
            "os.spawn",
            "os.exec",
            "pty.spawn",
            "_thread.start_new_thread",
            "_thread.start_joinable_thread",
            "os.kill",
            "signal.pthread_kill",
        ],
        "it starts or signals a process or a thread",
    ),
    **dict.fromkeys(
        [
            "socket.connect",
            "socket.sendto",
            "socket.sendmsg",
            "socket.getaddrinfo",
            "socket.gethostbyname",
            "socket.gethostbyaddr",
            "socket.getnameinfo",
            "urllib.Request",
        ],
        "it uses the network",
    ),
    **dict.fromkeys(
        ["sqlite3.connect", "fcntl.lockf", "fcntl.flock", "syslog.openlog", "syslog.syslog"], "it opens something"
    ),
    **dict.fromkeys(
        ["sys.addaudithook", "cpython.PyInterpreterState_New", "sys.settrace"], "it watches the interpreter"
    ),
}
NOTHING = ("\0",)
KNOWN = {
    "it draws at random": (
        "numpy.random",
        "random",
        "multiprocessing.process",
    ),  # all are seeded again in the instance
    "it asks to be told of forks": (
        "random",
        "logging",
        "threading",
        "concurrent.futures",
        "multiprocessing",
        "tempfile",
    ),
    "it asks for the time": (
        "dateutil.parser",
        "logging",
    ),  # the year, which is part of the stamp; set in the instance
}
UNINTERESTING = ("/proc/", "/sys/", "/dev/", "/usr/share/zoneinfo/", *LIBRARIES)
WARNINGS = {id(warnings.warn), id(warnings.warn_explicit)}
LOGGING = logging.getLogger.__code__.co_filename
RECORDS = ("debug", "info", "warning", "error", "exception", "critical", "log", "isEnabledFor", "handle")
SESSION = ("get_script_run_ctx", "exists", "get_instance")
LOOKS = ("exists", "isfile", "isdir", "lexists", "stat")
STACKS = ("stack", "getouterframes", "extract_stack", "walk_stack")
CLOCKS = ("now", "utcnow", "today")
CALLED = {*RECORDS, *SESSION, *LOOKS, *STACKS}
