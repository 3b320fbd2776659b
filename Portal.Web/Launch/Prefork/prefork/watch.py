"""Watches imports in a child of the spawner that is thrown away: no instance descends from a process that was watched.

What would outlast the child does not happen: there the import fails, and the module is left to the instances.
"""

import atexit
import copy
import gc
import importlib
import os
import sys
import warnings

from prefork import doings, state
from prefork.disguises import WatchedEnvironment, WatchedList, WatchedModule, added_filters
from prefork.imports import ImportRecorder, bootstrap
from prefork.listen import Listener, Refused
from prefork.objects import Objects
from prefork.origin import is_library, is_standard
from prefork.report import EMPTY
from prefork.shapes import Shapes
from prefork.shelf import MULTIPROCESSING_MAIN
from prefork.stamps import file_stamp


class Rehearsal(Listener):
    def __init__(self, tell, script_folder):
        self.tell, self.script_folder = tell, script_folder
        self.reports, self.running = {}, []
        self.objects, self.at_exit, self.told = Objects(), [], set()
        self.output = os.memfd_create("output")
        self.written, self.is_watching, self.folder = 0, False, os.getcwd()

    # ---- what happens is put down to the module whose code runs ----

    def report(self):
        name = self.running[-1] if self.running else ""
        return self.reports.setdefault(name, copy.deepcopy(EMPTY))

    def fault(self, why):
        report = self.report()
        if self.running_name().startswith(doings.KNOWN.get(why, doings.NOTHING)):
            return
        report["why"] = report["why"] or why

    def boundary(self):
        """Between the code of two modules."""
        sys.setprofile(None)
        was_watching, self.is_watching = self.is_watching, False
        now = state.take()
        changed = state.difference(
            self.state, now, ("the finders of modules", "functions to call at exit"), self.running_name()
        )
        if changed:
            self.fault(f"it changes {changed}")
        report = self.report()
        self.note_finders(report, self.state["the finders of modules"], now["the finders of modules"])
        if now["functions to call at exit"] - self.state["functions to call at exit"] != len(self.at_exit):
            self.fault("it changes functions to call at exit")
        report["at_exit"] += self.at_exit
        self.at_exit = []
        before, after = self.variables, dict(os.environ._data)
        if before != after:
            report["sets"] |= {
                os.fsdecode(name): os.fsdecode(value) for name, value in after.items() if before.get(name) != value
            }
            report["sets"] |= {os.fsdecode(name): None for name in before if name not in after}
        if self.filters != warnings.filters:
            added = added_filters(self.filters, list(warnings.filters))
            if added is None:
                self.fault("it changes how warnings are shown")
            else:
                report["filters"] += added
        written = os.fstat(self.output).st_size
        if written != self.written:
            self.fault("it prints")
        for why in self.objects.faults(self.running_name()):
            self.fault(why)
        self.note_touched(self.shapes.changed())
        self.state, self.variables, self.filters, self.written = now, after, list(warnings.filters), written
        self.is_watching = was_watching
        if was_watching:
            sys.setprofile(self.on_profile)

    def note_touched(self, names, running=None):
        touched = (self.reports.get(running) or self.report())["touches"]
        touched += [name for name in names if name != self.running_name() and name != running and name not in touched]

    def note_finders(self, report, before, after):
        if after[: len(before)] != before:
            self.fault("it changes the finders of modules")
        for finder in after[len(before) :]:
            owner = getattr(finder, "__module__", "")
            if owner == self.running_name():
                report["finders"] = True
            else:
                self.fault("it changes the finders of modules")

    def on_exit_function(self, function, *arguments, **more):
        owner, name = getattr(function, "__module__", None), getattr(function, "__qualname__", "")
        found = sys.modules.get(owner)
        for part in name.split("."):
            found = getattr(found, part, None)
        if arguments or more or found != function:
            # It may be defined later in the same module: its name must lead to it when all is imported.
            if arguments or more or "<" in name or not isinstance(owner, str):
                self.fault("it changes functions to call at exit")
        self.at_exit.append([owner, name])
        return self.registering(function, *arguments, **more)

    def running_name(self):
        return self.running[-1] if self.running else ""

    def load(self, spec):
        self.boundary()
        self.running.append(spec.name)
        self.report()
        self.tell(importing=spec.name)
        try:
            return self.loading(spec)
        finally:
            self.boundary()
            self.running.pop()
            self.shapes.add(spec.name, sys.modules.get(spec.name))

    # ---- the whole ----

    def run(self, names):
        os.dup2(self.output, 1)
        os.dup2(self.output, 2)
        gc.disable()
        gc.collect()
        gc.freeze()
        self.arguments = WatchedList(sys.argv)
        sys.argv = self.arguments
        sys.modules["__main__"] = watched = WatchedModule("__main__")
        self.state, self.variables, self.filters = state.take(), dict(os.environ._data), list(warnings.filters)
        self.shapes = Shapes()
        for name, module in list(sys.modules.items()):
            self.shapes.add(name, module)
        with ImportRecorder() as recorder, WatchedEnvironment(self):
            self.loading = bootstrap._load_unlocked
            bootstrap._load_unlocked = self.load
            WatchedList.tell = WatchedModule.tell = self.fault
            self.registering, atexit.register = atexit.register, self.on_exit_function
            held = [watched, sys.getrefcount(watched), sys.getrefcount(self.arguments)]
            sys.addaudithook(self.on_event)
            for name in names:
                self.import_one(name, recorder, held)

    def import_one(self, name, recorder, held):
        known = set(sys.modules)
        problem = None
        self.is_watching = True
        sys.setprofile(self.on_profile)
        try:
            importlib.import_module(name)
        except BaseException as error:  # whatever it is, it is the instance's to meet
            problem = str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
        finally:
            sys.setprofile(None)
            self.is_watching = False
        self.boundary()
        if name in self.reports:
            self.note_touched(self.shapes.replaced(), name)
        sys.modules.pop(MULTIPROCESSING_MAIN, None)  # the instance's own takes its place
        counts = [sys.getrefcount(held[0]), sys.getrefcount(self.arguments)]
        if counts != held[1:]:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            counts = [sys.getrefcount(held[0]), sys.getrefcount(self.arguments)]
        if counts != held[1:]:
            held[1:] = counts
            self.reports.setdefault(name, copy.deepcopy(EMPTY))[
                "why"
            ] = "it keeps hold of the main module or of the arguments"
        for added in dict.fromkeys([*self.reports, *sys.modules]):
            module = sys.modules.get(added)
            if not added or added in known or added in self.told:
                continue
            self.told.add(added)
            report = self.reports.setdefault(added, copy.deepcopy(EMPTY))
            if module is None:
                if any(report[part] for part in ("sets", "filters", "at_exit", "finders", "touches")):
                    report["why"] = report["why"] or "it fails after it changed something"
                self.tell(module=added, **{**report, "files": list(report["files"])})
                continue
            origin = getattr(getattr(module, "__spec__", None), "origin", None) or ""
            if getattr(module, "__spec__", None) is not None and not is_library(added, module, self.script_folder):
                report["why"] = "it is not installed with the interpreter"
            report["source"] = [origin, file_stamp(origin)] if os.path.isabs(origin) else None
            report["native"] = origin.endswith(".so") and not is_standard(module)
            report["uses"] = list(recorder.uses.get(added, ()))
            report["missing"] = list(recorder.missing.get(added, ()))
            self.tell(module=added, **{**report, "files": list(report["files"])})
        self.tell(done=name, problem=problem)
