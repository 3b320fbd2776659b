"""Records which module imports which. Imports nothing but what every interpreter has loaded."""

import builtins
import sys

bootstrap = sys.modules["_frozen_importlib"]


class ImportRecorder:
    """While it is entered: the modules that each module imports, and those that it looks for in vain."""

    def __init__(self):
        self.uses, self.missing, self.running = {}, {}, []

    def __enter__(self):
        self.importing, self.importing_by_name = builtins.__import__, bootstrap._gcd_import
        self.loading = bootstrap._load_unlocked
        builtins.__import__, bootstrap._gcd_import = self.record, self.record_by_name
        bootstrap._load_unlocked = self.load
        return self

    def __exit__(self, *_):
        builtins.__import__, bootstrap._gcd_import = self.importing, self.importing_by_name
        bootstrap._load_unlocked = self.loading

    def load(self, spec):
        self.running.append(spec.name)
        try:
            return self.loading(spec)
        finally:
            self.running.pop()

    def importer(self, name):
        """The module whose execution needs an import: not one that another calls a function of, nor machine code."""
        return self.running[-1] if self.running and name not in self.running else name

    def record(self, name, globals=None, locals=None, fromlist=(), level=0):
        importer = self.importer((globals or {}).get("__name__", ""))
        try:
            module = self.importing(name, globals, locals, fromlist, level)
        except ModuleNotFoundError as error:
            self.missing.setdefault(importer, set()).add(error.name)
            raise
        except BaseException:
            name = self.whole_name(name, globals, level)
            for item in ["", *(fromlist or ())]:
                self.add(importer, f"{name}.{item}".rstrip("."))  # it may go on without
            raise
        name = self.whole_name(name, globals, level)
        self.add(importer, name)
        for item in fromlist or ():
            for part in getattr(module, "__all__", ()) if item == "*" else [item]:
                if f"{name}.{part}" in sys.modules:
                    self.add(importer, f"{name}.{part}")
        return module

    @staticmethod
    def whole_name(name, globals, level):
        return bootstrap._resolve_name(name, bootstrap._calc___package__(globals), level) if level else name

    def record_by_name(self, name, package=None, level=0):
        frame = sys._getframe(1)
        while frame and frame.f_globals.get("__name__") in ("importlib", __name__):
            frame = frame.f_back
        importer = self.importer(frame.f_globals.get("__name__", "") if frame else "")
        try:
            return self.importing_by_name(name, package, level)
        finally:
            self.add(importer, bootstrap._resolve_name(name, package, level) if level else name)

    def add(self, importer, name):
        used = self.uses.setdefault(importer, {})
        while name:
            used[name] = True
            name = name.rpartition(".")[0]
