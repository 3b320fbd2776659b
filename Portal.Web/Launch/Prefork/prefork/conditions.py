"""What the outcome of an import depends on beside its files: compared where an instance imports a module.

Where the script changed any of it before the import, the instance imports the module by itself.
"""

import builtins
import locale
import logging
import operator
import os
import sys
import time
import tracemalloc
import types
import warnings


class Conditions:
    def __init__(self, modules, finders):
        """Takes them in the spawner, for these modules, {name: module}; the finders are all that may be in place."""
        self.finders, self.hooks = [*map(id, finders)], list(sys.path_hooks)
        self.state, self.filters, self.logging = whole_state(), list(warnings.filters), {}
        for top in {"", *(name.partition(".")[0] for name in modules)}:
            self.logging[top] = logging_state(top)
        self.snapshots = {
            name: Snapshot(module) for name, module in modules.items() if isinstance(module, types.ModuleType)
        }
        self.builtins = Snapshot(builtins)

    def hold(self):
        """True where what every import depends on is as it was."""
        return (
            whole_state() == self.state
            and sys.path_hooks == self.hooks
            and self.builtins.holds()
            and all(id(finder) in self.finders for finder in sys.meta_path)
            and not (sys.gettrace() or sys.getprofile() or tracemalloc.is_tracing())
        )

    def hold_for(self, name, report):
        """True where what this module's import depends on is as it was."""
        visible, snapshot = sys.modules.get(name, self), self.snapshots.get(name)
        if visible is not self and snapshot is not None and not (visible is snapshot.module and snapshot.holds()):
            return False
        if report.get("warns") and warnings.filters != self.filters:
            return False
        return not report.get("logs") or all(
            logging_state(top) == self.logging.get(top) for top in ("", name.partition(".")[0])
        )


class Snapshot:
    """The functions, classes and modules that a module's names stand for."""

    def __init__(self, module):
        self.module, known = module, vars(module)
        self.get = known.get
        self.names = tuple(
            name for name, value in known.items() if callable(value) or isinstance(value, types.ModuleType)
        )
        self.values = tuple(map(self.get, self.names))

    def holds(self):
        return all(map(operator.is_, map(self.get, self.names), self.values))


def whole_state():
    try:
        folder = os.getcwd()
    except OSError:
        folder = None
    return folder, locale.setlocale(locale.LC_ALL, None), time.tzname, time.timezone


def logging_state(top):
    """Of the root logger, or of the loggers that carry a package's name."""
    if not top:
        root = logging.root
        return [
            root.level,
            root.manager.disable,
            list(root.handlers),
            list(root.filters),
            logging.lastResort,
            logging._loggerClass,
            logging._logRecordFactory,
        ]
    return [
        (name, one.level, list(one.handlers), list(one.filters), one.disabled, one.propagate)
        for name, one in list(logging.root.manager.loggerDict.items())
        if (name == top or name.startswith(top + "."))
        and isinstance(one, logging.Logger)
        and (one.level or one.handlers or one.filters or one.disabled or not one.propagate)
    ]
