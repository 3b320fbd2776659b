import importlib.abc
import importlib.machinery
import sys

from show import show


class Loader(importlib.machinery.SourceFileLoader):
    def source_to_code(self, data, path, *, _optimize=-1):
        return super().source_to_code(data.replace(b"constants", b"rewritten"), path)

    def get_code(self, fullname):
        return self.source_to_code(self.get_data(self.path), self.path)


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path, target) if name == "lib_constants" else None
        if spec:
            spec.loader = Loader(spec.name, spec.origin)
        return spec


sys.meta_path.insert(0, Finder())
import lib_user

show("rewritten", lambda: (lib_user.NAME, type(sys.modules["lib_constants"].__loader__).__name__))
