"""Sees whether a module changes another: registries that it enters itself in, attributes that it adds or replaces."""

import operator
import types

CONTAINERS = (dict, list, set)
UNOBSERVED = {  # what these keep for themselves, or what is compared elsewhere
    "sys",
    "builtins",
    "__main__",
    "_frozen_importlib",
    "_frozen_importlib_external",
    "gc",
    "abc",
    "_abc",
    "re",
    "typing",
    "types",
    "weakref",
    "_weakrefset",
    "functools",
    "linecache",
    "_sqlite3",
    "tracemalloc",
    "threading",
    "_threading_local",
    "warnings",
    "_warnings",
    "logging",
    "atexit",
    "os",
    "posix",
    "encodings",
    "copyreg",
    "ctypes",
    "importlib",
    "zipimport",
    "multiprocessing.util",
    "enum",
    "inspect",
    "prefork",
}
INTERNAL = {"dispatch_table", "_value2member_map_", "_max_vals", "_min_vals"}  # of copyreg, of flags, of numpy.iinfo


class Shapes:
    """How much the containers of each module hold."""

    def __init__(self):
        self.owners, self.names, self.containers, self.lengths, self.held = [], [], [], [], {}

    def add(self, name, module):
        """From now on that module is looked at."""
        if (
            type(module) is not types.ModuleType
            or name in UNOBSERVED
            or name.partition(".")[0] in ("prefork", "encodings", "importlib")
        ):
            return
        known = vars(module)
        self.note(name, "", known)
        self.held[name] = (
            known,
            *zip(
                *[(key, value) for key, value in known.items() if callable(value)]
                or [("__name__", known["__name__"])]
            ),
        )
        for key, value in list(known.items()):
            if isinstance(value, CONTAINERS) and not key.startswith("__"):
                self.note(name, key, value)
            elif isinstance(value, type) and getattr(value, "__module__", None) == name:
                self.note(name, key, vars(value))
                for part, inner in list(vars(value).items()):
                    if type(inner) in CONTAINERS and not part.startswith(("__", "_abc_")):
                        self.note(name, part, inner)

    def note(self, owner, name, container):
        if "cache" not in name.lower() and name not in INTERNAL:
            self.owners.append(owner)
            self.names.append(name)
            self.containers.append(container)
            self.lengths.append(len(container))

    def changed(self):
        """The modules that hold more or less than the last time, other than submodules."""
        now = list(map(len, self.containers))
        if now == self.lengths:
            return ()
        found = [place for place, (old, new) in enumerate(zip(self.lengths, now)) if old != new]
        changed = {self.owners[place] for place in found if not self.is_expected(place, now[place])}
        self.lengths = now
        return changed

    def is_expected(self, place, length):
        """True for submodules that a package was given, and for names that the interpreter adds."""
        container = self.containers[place]
        is_module, is_class = not self.names[place], isinstance(container, types.MappingProxyType)
        if not (is_module or is_class):
            return False
        if length < self.lengths[place]:
            return is_class  # __annotations__, which are made when they are asked for
        # A module that has __getattr__ finds names when they are asked for (PEP 562), and keeps them.
        return (
            is_module
            and "__getattr__" in container
            or all(
                name.startswith("__") or is_module and isinstance(container[name], types.ModuleType)
                for name in list(container)[self.lengths[place] :]
            )
        )

    def replaced(self):
        """The modules whose functions and classes are others than the last time."""
        found = set()
        for name, (known, keys, values) in list(self.held.items()):
            if not all(map(operator.is_, map(known.get, keys), values)):
                found.add(name)
                self.held[name] = (known, keys, tuple(map(known.get, keys)))
        return found
