import os
import re
import resource
import signal

from show import show

for number in sorted(signal.valid_signals()):
    show(repr(number), lambda: getattr(signal.getsignal(number), "__qualname__", signal.getsignal(number)))
show("mask", lambda: signal.pthread_sigmask(signal.SIG_BLOCK, []))
for name in sorted(dir(resource)):
    if name.startswith("RLIMIT_"):
        show(name, lambda: resource.getrlimit(getattr(resource, name)))
show("umask", lambda: (os.umask(0o22), os.umask(0o77)))
show("nice", lambda: (os.nice(0), os.sched_getscheduler(0), len(os.sched_getaffinity(0))))
show("session", lambda: (os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()))
show("users", lambda: (os.getresuid(), os.getresgid(), os.getgroups()))
with open("/proc/self/status") as file:
    for line in file:
        if re.match("Umask|SigBlk|SigIgn|Cap|NoNewPrivs|Seccomp|Cpus_allowed_list", line):
            show("status", line.split)
for name in ("oom_score_adj", "coredump_filter", "timerslack_ns"):
    show(name, lambda: open("/proc/self/" + name).read())
# A forked instance carries the app's name; its command line is followed by what was left of the spawner's (ADR 7).
show("command", lambda: open("/proc/self/cmdline").read().rstrip("\0").split("\0"))
