"""The modules that instances share: which may be, their imports, and what is kept for the next start."""

import gc
import importlib
import json
import os
import sys
import warnings

from prefork import origin, rehearsal, state
from prefork.conditions import Conditions
from prefork.native import mentions
from prefork.report import EMPTY
from prefork.script import Reading
from prefork.shelf import Shelf
from prefork.stamps import environment_stamp, file_stamp

BLAS = "OPENBLAS_NUM_THREADS"

# What an instance may inherit where Streamlit itself does it: each process of its own has it from its start as well.
HARMLESS_IN_STREAMLIT = (
    "it changes platform",
    "it changes loggers",
    "it changes logging",
    "it changes functions to call at exit",
    "it changes the finders",
    "it changes how warnings",
    "it changes sys.path",
    "it asks Streamlit",
)


class Library:
    def __init__(self, kept, script, preload, startup, uses):
        """kept: the file for what it learns. startup: what each interpreter has loaded. uses: what our modules import."""
        self.state, self.script, self.preload, self.startup = kept, script, preload, startup
        self.script_folder = os.path.join(os.path.dirname(script), "")
        self.learned, self.started, self.denied, self.pending = [], [], {}, []
        self.reports, self.problems, self.sets, self.files = {}, {}, {}, {}
        self.shelf = Shelf(self.reports, uses)
        self.variables, self.finders = dict(os.environ), list(sys.meta_path)
        self.stamp = environment_stamp()
        # OpenBLAS starts a thread for each core when NumPy is imported, which would keep NumPy from being shared.
        self.is_blas_limited = BLAS not in os.environ
        os.environ.setdefault(BLAS, "1")

    def import_all(self, streamlit):
        """Streamlit, and what the app imports. Returns why instances cannot be forked, else nothing."""
        self.read_state()
        reading = Reading(self.script)
        self.wanted = [*self.preload, *reading.imports]
        why = self.why_not_shared()
        if why:
            return why
        self.rehearse([streamlit, *self.started, *self.wanted, *self.learned])
        self.deny_what_the_script_sets(reading)
        if streamlit in self.denied:
            return f"Streamlit cannot be imported here: {self.denied[streamlit]}"
        self.base = [streamlit, *(name for name in self.started if self.may_share(name, is_base=True))]
        self.load(self.base, is_base=True)
        if streamlit not in sys.modules:
            return f"Streamlit cannot be imported here: {self.denied.get(streamlit)}"
        self.note_base()
        self.load(self.wanted + self.learned)
        self.write_state()
        self.settle()
        return None

    def note_base(self):
        """What Streamlit's own imports changed: instances have it from their start, as a process of its own would."""
        self.sets = {name: value for name, value in os.environ.items() if self.variables.get(name) != value}
        self.sets |= {name: None for name in self.variables if name not in os.environ}
        if self.is_blas_limited:
            self.sets.pop(BLAS, None)
        self.base_variables, self.base_filters = dict(os.environ), list(warnings.filters)
        self.finders = list(sys.meta_path)

    def why_not_shared(self):
        """What the start of the interpreter did that instances would share; None where nothing did."""
        for name in self.startup - {"__main__"}:
            module = sys.modules.get(name)
            if getattr(module, "__spec__", None) and not origin.is_library(name, module, self.script_folder):
                return f"The interpreter imports {name} when it starts, which is not installed with it."
        return "The interpreter starts threads." if len(os.listdir("/proc/self/task")) > 1 else None

    def rehearse(self, names):
        missing = [
            name
            for name in dict.fromkeys(names)
            if name not in self.reports and name not in self.problems and name not in sys.modules
        ]
        if not missing:
            return
        self.unsettle()
        rehearsal.rehearse(missing, self.script_folder, self.reports, self.problems, self.write_state)
        self.denied |= self.problems

    def deny_what_the_script_sets(self, reading):
        """What may read a variable that the script sets before it imports it."""
        for name, report in self.reports.items():
            if report["why"]:
                continue
            if not reading.is_complete and report["native"]:
                report["why"] = "it may read what the script sets in the environment"
            elif any(variable in report["reads"] for variable in reading.variables) or (
                report["native"] and reading.variables and mentions(name, reading.variables)
            ):
                report["why"] = "it reads what the script sets in the environment"

    def may_share(self, name, is_base=False):
        if name in self.denied:
            return False
        for used in self.shelf.closure([name]):
            why = self.why_denied(used, is_base)
            if why:
                self.denied[name] = why if used == name else f"it imports {used}: {why}"
                return False
        return True

    def why_denied(self, name, is_base):
        report = self.reports.get(name, EMPTY)
        if report["why"] or is_base:
            return None if is_base and (report["why"] or "").startswith(HARMLESS_IN_STREAMLIT) else report["why"]
        if report["native"] and sys.version_info >= (3, 12):
            # NumPy's types were not recognized by pandas when both were given out on Python 3.13: not understood yet.
            return "it is machine code of a package"
        # An instance would see the change before, and without, the module that makes it.
        return next((f"it changes {other}" for other in report["touches"] if not self.comes_with(name, other)), None)

    def comes_with(self, name, other):
        """True where an instance that has the other module has this one as well, or cannot see the difference."""
        top = name.partition(".")[0]
        is_its_own = top in sys.stdlib_module_names and other.partition(".")[0] in (top, "_" + top)
        return is_its_own or name in self.shelf.closure([other])

    def load(self, names, is_base=False):
        for name in names:
            if name in sys.modules or not self.may_share(name, is_base):
                continue
            before, known, why = state.take_hard(), set(sys.modules), None
            try:
                importlib.import_module(name)
            except BaseException as error:  # whatever it is, it is the instance's to meet
                why = f"{type(error).__name__}: {error}"
            changed = state.difference(before, state.take_hard())
            if changed:
                why = f"it changes {changed}"
            for added in [one for one in list(sys.modules) if one not in known]:
                report = self.reports.get(added)
                if report is None and getattr(sys.modules[added], "__spec__", None) is not None:
                    changed = why = why or f"it imports {added} now and then only"
                elif self.why_denied(added, is_base):  # imported by machine code, say
                    changed = why = why or f"it imports {added}: {self.why_denied(added, is_base)}"
                for file in (report or {}).get("files", ()):
                    self.files[file] = file_stamp(file)
            if why:
                self.denied[name] = why
            if changed:
                self.write_state()
                self.begin_again(f"{name}: {why}")

    def unsettle(self):
        self.shelf.take_all()

    def settle(self):
        """After imports: memory is frozen, so that the collector does not write to pages that instances share."""
        self.keep = {*self.startup, *self.shelf.closure([*self.base, "runpy"])}  # runpy, as `python -m` has it
        self.shelf.put(self.keep, self.finders)
        for name in set(os.environ) - set(self.base_variables):
            del os.environ[name]
        os.environ.update(self.base_variables)
        if warnings.filters != self.base_filters:
            warnings.filters[:] = self.base_filters
            getattr(warnings, "_filters_mutated_lock_held", getattr(warnings, "_filters_mutated", None))()
        finders = [*self.finders, *(finder for some in self.shelf.finders.values() for finder in some)]
        self.shelf.conditions = Conditions({**sys.modules, **self.shelf.modules}, finders)
        gc.disable()
        gc.collect()
        gc.freeze()

    def learn(self):
        """Imports for the instances to come what others had to import by themselves. Returns whether it did."""
        new = dict.fromkeys(self.pending)
        self.pending = []
        started = [one[1:] for one in new if one[0] == "s" and one[1:] not in self.started]
        learned = [one[1:] for one in new if one[0] == "l" and one[1:] not in self.learned]
        names = [name for name in started + learned if name not in self.denied and name not in self.shelf.modules]
        self.started += started
        self.learned += [name for name in learned if name not in self.started]
        if not names and not started:
            return False
        shelved = [one for one in self.shelf.modules if one in self.shelf.closure(started)]
        self.rehearse(names)
        self.unsettle()
        self.deny_what_the_script_sets(Reading(self.script))
        for name in shelved:
            self.shelf.repeat(self.reports.get(name, EMPTY))
        self.load(started, is_base=True)
        self.base += [name for name in started if name in sys.modules]
        self.note_base()
        self.load(names)
        self.learned = [name for name in self.learned if name not in self.denied]
        self.write_state()
        self.settle()
        return True

    def read_state(self):
        try:
            with open(self.state, encoding="utf-8") as file:
                state = json.load(file)
            self.learned = [name for name in state["learned"] if isinstance(name, str)]
            self.started = [name for name in state["started"] if isinstance(name, str)]
            if state["stamp"] == self.stamp:
                self.denied = {str(name): str(why) for name, why in state["denied"].items()}
                self.reports.update((name, {**EMPTY, **report}) for name, report in state["reports"].items())
                self.problems = dict(self.denied)
                if not self.is_current():
                    self.denied, self.problems = {}, {}
                    self.reports.clear()
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # there is none yet, or not a whole one: it is learned anew

    def is_current(self):
        """False where a file that a module was made from is another now."""
        sources = (report["source"] for report in self.reports.values() if report["source"])
        return all(file_stamp(path) == stamp for path, stamp in sources)

    def write_state(self):
        try:
            file = os.open(self.state + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(file, "w", encoding="utf-8") as out:
                json.dump(
                    {
                        "stamp": self.stamp,
                        "learned": self.learned,
                        "started": self.started,
                        "denied": self.denied,
                        "reports": self.reports,
                    },
                    out,
                )
            os.replace(self.state + ".new", self.state)
        except OSError as error:
            print("spawner: what it learned is not kept:", error, file=sys.stderr, flush=True)
