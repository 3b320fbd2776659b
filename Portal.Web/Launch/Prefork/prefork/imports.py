"""Records which module imports which. Imports nothing but what every interpreter has loaded."""

import builtins
import sys

bootstrap = sys.modules["_frozen_importlib"]


class ImportRecorder:
    """While it is entered: the modules that each module imports, and those that it looks for in vain."""

    def __init__(self):
        self.uses, self.missing = {}, {}

    def __enter__(self):
        self.importing, self.importing_by_name = builtins.__import__, bootstrap._gcd_import
        builtins.__import__, bootstrap._gcd_import = self.record, self.record_by_name
        return self

    def __exit__(self, *_):
        builtins.__import__, bootstrap._gcd_import = self.importing, self.importing_by_name

    def record(self, name, globals=None, locals=None, fromlist=(), level=0):
        importer = (globals or {}).get("__name__", "")
        try:
            module = self.importing(name, globals, locals, fromlist, level)
        except ModuleNotFoundError as error:
            self.missing.setdefault(importer, set()).add(error.name)
            raise
        if level:
            name = bootstrap._resolve_name(name, bootstrap._calc___package__(globals), level)
        self.add(importer, name)
        for item in fromlist or ():
            for part in getattr(module, "__all__", ()) if item == "*" else [item]:
                if f"{name}.{part}" in sys.modules:
                    self.add(importer, f"{name}.{part}")
        return module

    def record_by_name(self, name, package=None, level=0):
        frame = sys._getframe(1)
        while frame and frame.f_globals.get("__name__") in ("importlib", __name__):
            frame = frame.f_back
        importer = frame.f_globals.get("__name__", "") if frame else ""
        module = self.importing_by_name(name, package, level)
        self.add(importer, bootstrap._resolve_name(name, package, level) if level else name)
        return module

    def add(self, importer, name):
        used = self.uses.setdefault(importer, {})
        while name:
            used[name] = True
            name = name.rpartition(".")[0]
