import getpass
import os
import pathlib
import platform
import socket
import sys
import tempfile
import uuid

from show import show

show("temporary", lambda: (tempfile.tempdir, tempfile.gettempdir()))
show("host", lambda: (socket.gethostname(), platform.platform(), platform.python_version(), os.cpu_count()))
show("user", lambda: (getpass.getuser(), pathlib.Path.home(), os.path.expanduser("~")))
show("node", lambda: uuid.getnode() >> 41)
show(
    "modules",
    lambda: [
        name in sys.modules
        for name in ("json", "array", "mmap", "runpy", "prefork", "numpy", "pandas", "sqlite3", "lib_constants")
    ],
)
