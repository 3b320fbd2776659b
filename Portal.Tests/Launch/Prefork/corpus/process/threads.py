import gc
import os
import sys
import threading

from show import show

# A direct instance of Streamlit 1.62 polls its configuration files in threads of its own; see ADR 7.
show(
    "threads",
    lambda: sorted(
        {(thread.daemon, type(thread).__name__) for thread in threading.enumerate() if "Poll" not in thread.name}
    ),
)
show(
    "main",
    lambda: (
        threading.main_thread().native_id == os.getpid(),
        threading.main_thread().name,
        threading.stack_size(),
    ),
)
show("gc", lambda: (gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.callbacks))
show(
    "settings",
    lambda: (
        sys.getswitchinterval(),
        sys.getrecursionlimit(),
        sys.gettrace(),
        sys.getprofile(),
        sys.getdlopenflags(),
    ),
)
show("children", lambda: open(f"/proc/self/task/{os.getpid()}/children").read())
