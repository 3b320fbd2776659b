import importlib
import sys

import lib_constants
import lib_package.part

from show import show

first = lib_constants
lib_constants.NAME = "changed"
del sys.modules["lib_constants"]
import lib_constants

show("executed again", lambda: (lib_constants is first, lib_constants.NAME, first.NAME))
show("reload", lambda: (importlib.reload(first).NAME if False else importlib.reload(lib_constants).NAME))
show(
    "spec",
    lambda: (
        lib_constants.__spec__,
        lib_constants.__loader__,
        lib_constants.__cached__ == lib_constants.__spec__.cached,
    ),
)
for name in [name for name in sys.modules if name.startswith("lib_package")]:
    del sys.modules[name]
import lib_package.part

show("package", lambda: (lib_package.part.VALUE, lib_package.__path__))
show("reload standard", lambda: importlib.reload(importlib.import_module("colorsys")).__name__)
