import datetime
import locale
import sys
import time

from show import show

show(
    "locale",
    lambda: (
        locale.getlocale(),
        locale.setlocale(locale.LC_ALL, None),
        locale.getpreferredencoding(),
        locale.localeconv(),
    ),
)
show(
    "encodings",
    lambda: (sys.getfilesystemencoding(), sys.getdefaultencoding(), sys.flags.utf8_mode, open(__file__).encoding),
)
show(
    "zone",
    lambda: (
        time.tzname,
        time.timezone,
        time.daylight,
        datetime.datetime.fromtimestamp(0).astimezone().isoformat(),
    ),
)
show("format", lambda: time.strftime("%A %B %x %X %p", time.gmtime(0)))
