import sys
import threading
import warnings

from show import show

show("filters", lambda: warnings.filters)
show(
    "hooks",
    lambda: [
        getattr(sys, name) is getattr(sys, f"__{name}__")
        for name in ("excepthook", "unraisablehook", "displayhook")
    ],
)
show("thread", lambda: threading.excepthook is threading.__excepthook__)
for category in (DeprecationWarning, UserWarning, FutureWarning, ResourceWarning):
    warnings.warn(f"a {category.__name__}", category)
