"""Imports a module in a child that is thrown away, to know what it brings and what it does."""

import importlib
import json
import os
import select
import signal
import sys
import warnings

from prefork import effects
from prefork.conditions import Parts
from prefork.origin import Origins

LIMIT = 30  # seconds
QUIET = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)  # not shown by default


class WatchedEnvironment(type(os.environ)):
    """Notes which variables are read; "*" stands for all."""

    read = set()

    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.read.add(name)
        return super().__contains__(name)

    def __iter__(self):
        self.read.add("*")
        return super().__iter__()


def rehearse(name, hide):
    """Returns {"why": …} where the module must be left to the instances, else what to do when it is given out.

    hide leaves in sight what an instance has loaded when its script begins.
    """
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(ours)
            report = _import(name, hide)
        except BaseException as error:
            report = {"why": f"{type(error).__name__}: {error}"}
        try:
            with open(theirs, "w", encoding="utf-8") as out:
                json.dump(report, out)
        finally:
            os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as answer:
        text = b""
        while select.select([answer], [], [], LIMIT)[0]:
            part = os.read(answer.fileno(), 1 << 16)
            if not part:
                break
            text += part
    try:
        os.killpg(child, signal.SIGKILL)  # with what it may have started
    except ProcessLookupError:
        pass
    os.waitpid(child, 0)
    try:
        return json.loads(text)
    except ValueError:
        return {"why": "the process ended, or did not go on, while it was imported"}


def _import(name, hide):
    os.setsid()
    output = os.memfd_create("output")
    for number in (1, 2):
        os.dup2(output, number)
    sys.argv[:] = ["-m", "as", "many", "as", "nowhere", "else"]  # a copy that is kept will differ
    hide()
    known, variables, finders = dict(sys.modules), dict(os.environ), list(sys.meta_path)
    parts = Parts(known)
    shapes = {one: effects.shape(module) for one, module in known.items()}
    with effects.AtExit() as at_exit, warnings.catch_warnings(record=True) as shown:
        before = effects.take()
        warnings.simplefilter("always")
        filters = list(warnings.filters)
        os.environ.__class__ = WatchedEnvironment
        importlib.import_module(name)
        os.environ.__class__ = WatchedEnvironment.__base__
        added = warnings.filters[: len(warnings.filters) - len(filters)]
        why = effects.difference(before, effects.take())
        if warnings.filters[len(added):] != filters or any(part and type(part) is str for one in added for part in one[1::2]):
            why = why or "the filters of warnings"
    if os.fstat(output).st_size or any(not issubclass(one.category, QUIET) for one in shown):
        return {"why": "it prints or warns when it is imported"}
    new_finders = sys.meta_path[len(finders):]
    if sys.meta_path[: len(finders)] != finders:
        why = why or "the finders of modules"
    if why:
        return {"why": f"it changes {why}"}
    new = {one: module for one, module in sys.modules.items() if one not in known}
    now = {one: effects.shape(module) for one, module in known.items()}
    return {
        "appears": list(new),
        "origins": {one: getattr(getattr(module, "__spec__", None), "origin", None) for one, module in new.items()},
        "native": [one for one, module in new.items() if _is_native(module)],
        "shapes": {one: effects.shape(module) for one, module in new.items()},
        "touches": [one for one in shapes if now[one] != shapes[one]],
        "patches": parts.changed(),
        "sets": {key: os.environ.get(key) for key in {*variables, *os.environ} if variables.get(key) != os.environ.get(key)},
        "filters": [_described(one) for one in added],
        "finders": [getattr(one, "__module__", "") for one in new_finders],
        "reads": sorted(map(os.fsdecode, WatchedEnvironment.read)),
        "warns": bool(shown),
    }


def _is_native(module):
    """True for machine code of a package; that of the standard library can be executed again."""
    spec = getattr(module, "__spec__", None)
    return ".so" in (getattr(spec, "origin", None) or "") and not Origins.is_standard(spec)


def _described(one):
    action, message, category, module, line = one
    patterns = [part and [part.pattern, part.flags] for part in (message, module)]
    return [action, patterns[0], [category.__module__, category.__qualname__], patterns[1], line]
