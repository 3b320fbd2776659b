import decimal
import locale
import os
import socket
import sys
import time

from show import show


def state():
    mask = os.umask(0)
    os.umask(mask)
    return (
        os.getcwd(),
        mask,
        time.tzname,
        decimal.getcontext().prec,
        locale.setlocale(locale.LC_NUMERIC),
        sys.getrecursionlimit(),
        socket.getdefaulttimeout(),
        sys.getswitchinterval(),
        "corpus-path" in sys.path,
    )


show("before", state)
import lib_changes_process

show("after", lambda: (state(), lib_changes_process.NAME))
