"""Keeps imported modules out of sight until an instance imports them, and gives them out where it would find the same.

An import is answered from the shelf where the instance's own finders find the same file for the module and for all
that it imports in turn, where the environment variables that these read have the values that they read, and where
nothing else that they depend on was changed (conditions.py). What they changed in the process then happens, as if they
had been executed at that moment.
"""

import atexit
import builtins
import importlib.machinery
import os
import re
import sys
import threading
import types
import warnings

from prefork.imports import bootstrap

MULTIPROCESSING_MAIN = "__mp_main__"  # multiprocessing enters the main module under this name when it is imported


class Shelf:
    def __init__(self, reports, uses):
        self.reports, self.uses = reports, uses
        self.modules, self.given, self.finders, self.at_exit = {}, {}, {}, {}
        self.lock = threading.RLock()
        self.conditions, self.on_miss = None, None

    def used_by(self, name):
        report = self.reports.get(name)
        return report["uses"] if report else self.uses.get(name, ())

    def closure(self, names):
        """These, and all that they import in turn."""
        found, rest = {}, list(names)
        while rest:
            name = rest.pop()
            if name not in found:
                found[name] = True
                rest += self.used_by(name)
                if "." in name:
                    rest.append(name.rpartition(".")[0])
        return found

    # ---- in the spawner ----

    def put(self, keep, finders):
        """Takes from sight whatever is not to be kept. The finders are those that the kept modules have."""
        sys.modules.pop(MULTIPROCESSING_MAIN, None)
        for name, module in list(sys.modules.items()):
            if name in keep or name == "__main__":
                continue
            self.modules[name] = sys.modules.pop(name)
            parent, _, part = name.rpartition(".")
            parent = sys.modules.get(parent) or self.modules.get(parent)
            if parent is not None and getattr(parent, "__dict__", {}).get(part) is module:
                delattr(parent, part)
        for finder in [one for one in sys.meta_path if not any(one is kept for kept in finders)]:
            sys.meta_path.remove(finder)
            self.finders.setdefault(getattr(finder, "__module__", ""), []).append(finder)
        for name, module in self.modules.items():
            for owner, function in self.reports.get(name, {}).get("at_exit", ()):
                found = sys.modules.get(owner) or self.modules.get(owner)
                for part in function.split("."):
                    found = getattr(found, part, None)
                if found is not None:
                    atexit.unregister(found)
                    self.at_exit.setdefault(name, []).append(found)

    def take_all(self):
        """Back into sight, to import more."""
        for name, module in self.modules.items():
            self.show(name, module)
        for name in list(self.modules):
            sys.meta_path.extend(self.finders.pop(name, ()))
            for function in self.at_exit.pop(name, ()):
                atexit.register(function)
        self.modules.clear()

    @staticmethod
    def show(name, module):
        sys.modules[name] = module
        parent, _, part = name.rpartition(".")
        parent = sys.modules.get(parent)
        if parent is not None and isinstance(module, types.ModuleType) and part not in parent.__dict__:
            setattr(parent, part, module)

    # ---- in an instance ----

    def open(self):
        """From now on imports are answered from here."""
        if "multiprocessing" in sys.modules:
            sys.modules[MULTIPROCESSING_MAIN] = sys.modules["__main__"]
        self.finding = bootstrap._find_spec
        find = self.find_spec

        def _find_spec(name, path, target=None):
            return find(name, path, target)

        _find_spec.__code__ = _find_spec.__code__.replace(co_filename=bootstrap._find_spec.__code__.co_filename)
        _find_spec.__module__ = self.finding.__module__
        bootstrap._find_spec = _find_spec

    def find_spec(self, name, path, target):
        spec = self.finding(name, path, target)
        if target is not None or spec is None:
            return spec
        with self.lock:
            module = sys.modules.get(name)
            if module is not None and module is not self.given.get(name):
                module = None  # else another thread was given it meanwhile
            if module is None and name in self.modules:
                if is_same(spec, self.modules[name]) and self.is_valid(name):
                    module = self.modules[name]
                    self.give(name)
                else:
                    self.drop(name)
            if module is not None:
                return importlib.machinery.ModuleSpec(name, _Given(self, module), origin=spec.origin)
        if self.on_miss:
            self.on_miss(name, spec)
        return spec

    def is_valid(self, name):
        """True where the module would turn out the same if it were executed now."""
        closure = self.closure([name])
        return self.conditions.hold() and all(self.would_be_same(used, closure) for used in closure)

    def would_be_same(self, name, closure):
        report = self.reports.get(name)
        if not self.conditions.hold_for(name, report or {}):
            return False
        if name not in self.modules:
            return True
        if "." not in name and not is_same(self.find(name), self.modules[name]):
            return False
        if report is None:
            return True
        if any(self.find(missing) is not None for missing in report["missing"] if "." not in missing):
            return False
        return all(self.reads_same(name, variable, value, closure) for variable, value in report["reads"].items())

    def reads_same(self, name, variable, value, closure):
        now = os.environ._data.get(os.fsencode(variable))
        if variable != "*" and now == (None if value is None else os.fsencode(value)):
            return True
        # It may have set the variable before, or another will that is given with it.
        setters = [used for used in closure if used != name and used in self.modules]
        return self.sets(name, variable, value) or any(self.sets(used, variable, value) for used in setters)

    def sets(self, name, variable, value):
        sets = self.reports.get(name, {}).get("sets", {})
        return variable in sets and sets[variable] == value

    def find(self, name):
        try:
            return self.finding(name, None)
        except Exception:
            return None

    def drop(self, name):
        """The instance imports it, and what imports it in turn, by itself."""
        for other in [one for one in self.modules if name in self.closure([one])]:
            del self.modules[other]

    def give(self, name):
        wanted = self.closure([name])
        for one in [one for one in self.modules if one in wanted]:
            module = self.given[one] = self.modules.pop(one)
            if one != name:
                self.show(one, module)
            sys.meta_path.extend(self.finders.pop(one, ()))
            for function in self.at_exit.pop(one, ()):
                atexit.register(function)
            if one == "multiprocessing" and "__main__" in sys.modules:
                sys.modules[MULTIPROCESSING_MAIN] = sys.modules["__main__"]
            report = self.reports.get(one)
            if report:
                self.repeat(report)

    def repeat(self, report):
        for variable, value in report["sets"].items():
            if value is None:
                os.environ.pop(variable, None)
            else:
                os.environ[variable] = value
        for is_first, action, message, module, (owner, category), line in reversed(report["filters"]):
            kind = getattr(builtins if owner == "builtins" else sys.modules[owner], category)
            message, module = [part and re.compile(*part) for part in (message, module)]
            one = (action, message, kind, module, line)
            if one not in warnings.filters:
                self.conditions.filters.insert(0 if is_first else len(self.conditions.filters), one)
                warnings.filters.insert(0 if is_first else len(warnings.filters), one)
                getattr(warnings, "_filters_mutated_lock_held", getattr(warnings, "_filters_mutated", None))()


class _Given:
    """The loader of a module that is loaded."""

    def __init__(self, shelf, module):
        self.module, self.spec = module, getattr(module, "__spec__", None)
        self.shelf = shelf

    def create_module(self, spec):
        return self.module

    def exec_module(self, module):
        module.__spec__ = self.spec


def is_same(spec, module):
    """True where the file that was found is the one that the module was made from."""
    known = getattr(module, "__spec__", None)
    if spec is None or known is None or spec.origin != known.origin:
        return False
    if spec.origin is None:
        return list(spec.submodule_search_locations or ()) == list(known.submodule_search_locations or ())
    return type(spec.loader) is type(known.loader)
