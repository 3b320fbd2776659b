"""Tells whether the script has changed what the outcome of an import depends on, beside the files."""

import mmap
import operator
import os
import sys
import time
import tracemalloc
import types
import warnings

import _locale

from prefork.origin import Origins

SET_BY_STREAMLIT = ("MPLBACKEND", "MAPBOX_API_KEY")  # before each script; no machine code reads them
BY_CYTHON = ("isgenerator",)  # of inspect: modules that Cython compiled make it know their generators, in Streamlit as well
CHANGING = ("sys", "warnings", "logging", "asyncio.events", "_frozen_importlib", "importlib._bootstrap", "__main__")


class Conditions:
    def __init__(self, base, natives):
        """Takes them in the spawner. base: the modules in sight. natives: the files of machine code of what is not."""
        self.base = [(name, module) for name, module in base.items() if name not in ("__main__", "__mp_main__")]
        self.natives, self.finders, self.hooks = natives, list(sys.meta_path), list(sys.path_hooks)
        self.variables, self.state, self.filters = dict(os.environ._data), _state(), list(warnings.filters)
        self.parts, self.mentioned = Parts(base), {}

    def hold(self, root):
        """True where nothing has changed that this import depends on."""
        return (
            _state() == self.state
            and sys.meta_path == self.finders
            and sys.path_hooks == self.hooks
            and not (sys.gettrace() or sys.getprofile() or tracemalloc.is_tracing())
            and (not root["warns"] or warnings.filters == self.filters)
            and all(sys.modules.get(name) is module for name, module in self.base)
            and not self.parts.changed()
            and not self.reads(root, self.changed_variables())
        )

    def changed_variables(self):
        now = os.environ._data
        return [os.fsdecode(name) for name in {*now, *self.variables} if now.get(name) != self.variables.get(name)]

    def reads(self, root, names):
        """True where one of the variables may be read by the import, or by the machine code that it loads."""
        if not names:
            return False
        if "*" in root["reads"] or any(name in root["reads"] for name in names):
            return True
        return any(self.is_mentioned(name) for name in names if name not in SET_BY_STREAMLIT)

    def is_mentioned(self, name):
        if name not in self.mentioned:
            self.mentioned[name] = any(_holds(path, b"\0" + os.fsencode(name) + b"\0") for path in self.natives)
        return self.mentioned[name]

    def note(self, root):
        """Takes over what an import that was given out changed."""
        self.finders, self.filters = list(sys.meta_path), list(warnings.filters)
        for name, part in root["patches"]:
            known, parts = self.parts.parts.get(name, ({}, ()))
            if part in parts:
                self.parts.values[name][parts.index(part)] = known[part]
        for variable in map(os.fsencode, root["sets"]):
            self.variables.pop(variable, None)
            if variable in os.environ._data:
                self.variables[variable] = os.environ._data[variable]


class Parts:
    """The functions and classes of the standard library that are in sight, which a script may have replaced."""

    def __init__(self, base):
        modules = {name: module for name, module in base.items() if name not in CHANGING and _is_standard(module)}
        self.parts = {
            name: (vars(module), [part for part, value in vars(module).items() if callable(value) and part not in BY_CYTHON])
            for name, module in modules.items()
        }
        self.values = {name: [known[part] for part in parts] for name, (known, parts) in self.parts.items()}

    def changed(self):
        """Returns [module, part] of each that is another one now."""
        return [
            [name, part]
            for name, (known, parts) in self.parts.items()
            if not all(map(operator.is_, map(known.get, parts), self.values[name]))
            for part, value in zip(parts, self.values[name])
            if known.get(part) is not value
        ]

    def put_back(self):
        """Undoes the changes. Returns them, as {(module, part): the other value}."""
        found = {}
        for name, part in self.changed():
            known, parts = self.parts[name]
            found[name, part] = known.get(part)
            known[part] = self.values[name][parts.index(part)]
        return found


def _is_standard(module):
    return isinstance(module, types.ModuleType) and Origins.is_standard(getattr(module, "__spec__", None))


def _holds(path, text):
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(text) >= 0
    except (OSError, ValueError):
        return True


def _state():
    try:
        folder = os.getcwd()
    except OSError:
        folder = None
    return folder, _locale.setlocale(_locale.LC_ALL, None), time.tzname, time.timezone
