import importlib.resources
import pkgutil

import lib_package

from show import show

show("text", lambda: importlib.resources.files("lib_package").joinpath("data.txt").read_text())
show("get_data", lambda: pkgutil.get_data("lib_package", "data.txt"))
show("parts", lambda: [one.name for one in pkgutil.iter_modules(lib_package.__path__)])
show("before", lambda: hasattr(lib_package, "part"))
from lib_package import *

show("star", lambda: (part.VALUE, hasattr(lib_package, "part")))
