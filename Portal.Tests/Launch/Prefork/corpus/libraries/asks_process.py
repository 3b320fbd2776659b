import os
import sys

import lib_asks_process as asked

from show import show

show(
    "process",
    lambda: (
        asked.PID == os.getpid(),
        asked.ARGUMENTS == sys.argv,
        asked.MAIN is sys.modules["__main__"],
        asked.LIMIT,
    ),
)
show("callers", lambda: asked.CALLERS)
show("late", lambda: asked.STARTED > os.stat(f"/proc/{os.getpid()}").st_ctime - 60)
