"""Keeps imported modules out of sight until an instance imports them, and gives them out where it would find the same.

A module is given, with all that appears when it is imported, where the instance's own finders find the same files and
nothing that the import depends on has changed. What the import changed in the process then happens, as if the module
had been executed at that moment. Else the instance executes it by itself.
"""

import atexit
import importlib.machinery
import os
import re
import sys
import threading
import types
import warnings

from prefork.conditions import Conditions

bootstrap = sys.modules["_frozen_importlib"]
MULTIPROCESSING_MAIN = "__mp_main__"  # multiprocessing enters the main module under this name when it is imported


class Shelf:
    def __init__(self, base):
        """base: the modules that Streamlit has loaded when a script begins."""
        self.base, self.modules, self.given, self.roots, self.finders, self.patches = base, {}, {}, {}, {}, {}
        self.lock, self.is_silent, self.on_miss = threading.RLock(), False, None

    def hide(self):
        """Takes from sight what is not of the base."""
        for name, module in list(sys.modules.items()):
            if name in self.base or name == "__main__":
                continue
            self.modules[name] = sys.modules.pop(name)
            parent, _, part = name.rpartition(".")
            parent = self.base.get(parent) or self.modules.get(parent)
            if getattr(parent, "__dict__", {}).get(part) is module:
                delattr(parent, part)
        if MULTIPROCESSING_MAIN not in self.base:
            self.modules.pop(MULTIPROCESSING_MAIN, None)

    def fill(self, roots, natives):
        """Puts what is loaded beside the base on the shelf; roots: what may be imported, and what it brings."""
        self.hide()
        self.roots = roots
        self.conditions = Conditions(self.base, natives)

    # ---- in an instance ----

    def open(self, on_miss):
        """Answers imports from here from now on; on_miss hears of what is not here."""
        self.on_miss = on_miss
        os.register_at_fork(after_in_child=self.renew_lock)
        if MULTIPROCESSING_MAIN in self.base:
            sys.modules[MULTIPROCESSING_MAIN] = self.base[MULTIPROCESSING_MAIN] = sys.modules["__main__"]
        self.finding, find = bootstrap._find_spec, self.find_spec

        def _find_spec(name, path, target=None):
            return find(name, path, target)

        _find_spec.__code__ = _find_spec.__code__.replace(co_filename=bootstrap._find_spec.__code__.co_filename)
        _find_spec.__module__ = self.finding.__module__
        bootstrap._find_spec = _find_spec

    def renew_lock(self):
        self.lock = threading.RLock()  # a thread that is not in the child may have held the other

    def find_spec(self, name, path, target):
        spec = self.finding(name, path, target)
        if target is not None or spec is None:
            return spec
        with self.lock:
            module = self.take(name, spec) if name in self.modules else None
        if module is not None:
            return importlib.machinery.ModuleSpec(name, _Given(module), origin=spec.origin)
        if self.on_miss and not self.is_silent:
            self.on_miss(name, spec)
        return spec

    def take(self, name, spec):
        """Returns the module, with all that comes with it in sight; None where it is to be executed here.

        Machine code of a package cannot be executed again in the same process. It is given even where the script
        changed what its import depends on; the spawner is told, and leaves it to the instances from then on.
        """
        found = self.root_of(name)
        if found is None or not is_same(spec, self.modules[name]):
            return None
        root = self.roots[found]
        is_exact = self.is_valid(root)
        if not is_exact:
            self.is_silent = True  # what is imported from now on is not to be learned
            if not root["native"]:
                return None
            self.on_miss(found, spec, "d")
        given = self.modules[name]
        for one in root["appears"]:
            if one in self.modules and one not in sys.modules:
                if not (is_exact or "." in one or is_same(self.find(one), self.modules[one])):
                    continue
                self.given[one] = module = self.modules.pop(one)
                if one == "numpy.random":
                    module.seed()  # each instance has numbers of its own
                if one != name:
                    show(one, module)
            sys.meta_path += self.finders.pop(one, ())
            if one == "multiprocessing":
                sys.modules[MULTIPROCESSING_MAIN] = sys.modules["__main__"]
        self.repeat(root)
        return given

    def root_of(self, name):
        """Returns the import to answer with: the module's own, or the least that brings it beside machine code."""
        if name in self.roots:
            return name
        found = [one for one, root in self.roots.items() if root["native"] and name in root["appears"]]
        return min(found, key=lambda one: len(self.roots[one]["appears"]), default=None)

    def is_valid(self, root):
        """True where the import would bring just these modules, made from the same files in the same conditions."""
        for one in root["appears"]:
            known = self.modules.get(one) or self.given.get(one)
            if one in sys.modules:
                if sys.modules[one] is not known:
                    return False
            elif one not in self.modules or "." not in one and not is_same(self.find(one), known):
                return False
        return self.conditions.hold(root)

    def find(self, name):
        try:
            return self.finding(name, None)
        except Exception:
            return None

    def repeat(self, root):
        for variable, value in root["sets"].items():
            if value is None:
                os.environ.pop(variable, None)
            else:
                os.environ[variable] = value
        for action, message, (owner, category), module, line in reversed(root["filters"]):
            message, module = [part and re.compile(*part) for part in (message, module)]
            one = (action, message, getattr(sys.modules[owner], category), module, line)
            if one in warnings.filters:
                warnings.filters.remove(one)
            warnings.filters.insert(0, one)
            getattr(warnings, "_filters_mutated_lock_held", getattr(warnings, "_filters_mutated", None))()
        for module, part in root["patches"]:
            if (module, part) in self.patches:
                setattr(sys.modules[module], part, self.patches[module, part])
        for function, arguments, more in root.pop("at_exit", ()):
            atexit.register(function, *arguments, **more)
        self.conditions.note(root)


def show(name, module):
    sys.modules[name] = module
    parent, _, part = name.rpartition(".")
    parent = sys.modules.get(parent)
    if parent is not None and isinstance(module, types.ModuleType) and part not in parent.__dict__:
        setattr(parent, part, module)


class _Given:
    """The loader of a module that is loaded."""

    def __init__(self, module):
        self.module, self.spec = module, getattr(module, "__spec__", None)

    def create_module(self, spec):
        return self.module

    def exec_module(self, module):
        module.__spec__ = self.spec


def is_same(spec, module):
    """True where the file that was found is the one that the module was made from."""
    known = getattr(module, "__spec__", None)
    if known is None:
        return spec is None and module is not None  # made by another module, and found by nobody
    if spec is None or spec.origin != known.origin:
        return False
    if spec.origin is None:
        return list(spec.submodule_search_locations or ()) == list(known.submodule_search_locations or ())
    return type(spec.loader) is type(known.loader)
