"""The modules that instances share: which may be, what importing them does, and what is kept for the next start.

Shared are Streamlit, the packages that it requires, and what these import from the standard library; each only where its
file is in the interpreter's own folders. Of these Streamlit's own imports are in sight from the start of an instance.
The rest waits on the shelf: what instances told that they had to import, and what the operator vouches for (Preload).
"""

import gc
import importlib
import json
import os
import sys
import time
import warnings

from prefork import effects, origin
from prefork.conditions import Parts
from prefork.rehearsal import rehearse
from prefork.shelf import Shelf
from prefork.stamps import packages_stamp

MOST_ROOTS, LONGEST = 200, 25  # modules on the shelf by their own name; seconds for all rehearsals of a start


class Library:
    def __init__(self, state, base, environment, script_folder):
        """state: the file for what is learned. base: what is loaded with Streamlit. environment: what we began with."""
        self.state, self.base, self.environment = state, base, environment
        self.origins = origin.Origins(script_folder)
        self.learned, self.started, self.denied, self.roots = [], [], {}, {}
        self.are_started_denied = False
        self.stamp, self.pending, self.doubted = packages_stamp(), [], set()
        self.shelf = Shelf(base)

    def why_not_shared(self):
        """Returns why nothing can be shared: a module that is not installed with the interpreter, or what it did."""
        for name, module in self.base.items():
            if name != "__main__" and not self.origins.is_library(module):
                return f"Streamlit imports {name}, which is not installed with the interpreter: {module.__spec__.origin}"
        return None

    def prepare(self, preload):
        """Finds out which packages Streamlit requires. preload: names that the operator vouches for."""
        self.closed = origin.required_by_streamlit() | self.packages_of_base()
        self.preload, self.vouched = preload, {name.partition(".")[0] for name in preload}
        self.read_state()

    def packages_of_base(self):
        names = [
            name.split(".") for name, module in self.base.items()
            if "__main__" not in name and not origin.Origins.is_standard(getattr(module, "__spec__", None))
        ]
        return {parts[0] if parts[0] != "google" else ".".join(parts[:2]) for parts in names} - {"google"}

    def unknown(self, names):
        """Returns those that were not rehearsed yet, each after the packages that it is in."""
        whole = dict.fromkeys(part for name in names for part in _with_parents(name))
        return [name for name in whole if not (name in self.roots or name in self.base or self.is_denied(name))]

    def rehearse(self, names):
        """Finds out what importing these does."""
        began, brought = time.monotonic(), set()
        for name in self.unknown(names):
            if name in brought or self.is_denied(name):
                continue
            if len(self.roots) >= MOST_ROOTS or time.monotonic() - began > LONGEST:
                self.denied[name] = "there was no time to find out what it does"
                continue
            self.add_root(name, rehearse(name, self.shelf.hide))
            root = self.roots.get(name, {"appears": (), "native": ()})
            brought.update(root["appears"])
            for top in {one.partition(".")[0] for one in root["native"]} - {name.partition(".")[0]}:
                if top not in self.roots and not self.is_denied(top):
                    self.add_root(top, rehearse(top, self.shelf.hide))
        self.learned = [name for name in self.learned if name in self.roots or name in self.denied or name not in names]

    def add_root(self, name, report):
        why = report.get("why") or self.why_denied(report)
        if why:
            self.denied[name] = why
        else:
            self.roots[name] = report

    def why_denied(self, report):
        for one, path in report["origins"].items():
            if path and os.path.isabs(path) and not self.origins.is_library_file(path):
                return f"it imports {one}, which is not installed with the interpreter"
            spec = importlib.machinery.ModuleSpec(one, None, origin=path)
            if not (origin.is_within(one, self.closed | self.vouched) or self.origins.is_standard(spec)):
                return f"it imports {one}, which Streamlit does not require and Preload does not name"
        denied = next((one for one in report["native"] if self.is_denied(one)), None)
        if denied:
            return f"it imports {denied}, which is left to the instances"
        changed = report["touches"] or [f"{module}.{part}" for module, part in report["patches"]]
        if changed and any(origin.is_within(one, self.vouched - self.closed) for one in report["appears"]):
            return f"it changes {changed[0]}"
        return None

    def is_denied(self, name):
        return origin.is_within(name, self.denied)

    def load(self):
        """Imports what may be shared, and leaves the process as it was otherwise.

        Returns false where machine code was imported that is not to be: it cannot be taken back.
        """
        variables, filters, finders, maps = dict(os.environ), list(warnings.filters), list(sys.meta_path), _mapped()
        parts = Parts(self.base)
        for name, root in list(self.roots.items()):
            with effects.AtExit() as at_exit:
                try:
                    importlib.import_module(name)
                except BaseException as error:  # it worked in the rehearsal
                    self.denied[name] = f"{type(error).__name__}: {error}"
            root["at_exit"] = at_exit.calls
        for finder in [one for one in sys.meta_path if one not in finders]:
            self.shelf.finders.setdefault(getattr(finder, "__module__", ""), []).append(finder)
        sys.meta_path[:] = finders
        for name in set(os.environ) - set(variables):
            del os.environ[name]
        os.environ.update(variables)
        warnings.filters[:] = filters
        getattr(warnings, "_filters_mutated_lock_held", getattr(warnings, "_filters_mutated", None))()
        is_clean = True
        for name, root in list(self.roots.items()):
            # A module that keeps the time, an id or a random number, or that another one changes.
            other = next((one for one, shape in root.pop("shapes", {}).items()
                          if one not in sys.modules or effects.shape(sys.modules[one]) != shape), None)
            if other or name in self.denied:
                self.denied.setdefault(name, f"{other} differs from process to process")
                self.roots.pop(name, None)
                is_clean = is_clean and not root["native"]
        self.shelf.patches = parts.put_back()
        self.shelf.fill({name: dict(root) for name, root in self.roots.items()}, sorted(_mapped() - maps))
        gc.disable()
        gc.collect()
        gc.freeze()  # so that the collector does not write to memory that instances share
        return is_clean

    def may_be_learned(self, phase, name, path):
        """True for what belongs to the closed set; in an instance, and again in the spawner."""
        if not isinstance(path, str) or path not in ("built-in", "frozen") and not self.origins.is_library_file(path):
            return False
        if origin.is_within(name, self.closed):
            return True
        is_standard = self.origins.is_standard(importlib.machinery.ModuleSpec(name, None, origin=path))
        return is_standard and (phase == "s" or name in self.shelf.modules)

    def learn(self):
        """Returns whether instances had to import something by themselves that can be here for those to come."""
        new, self.pending = list(dict.fromkeys(self.pending)), []
        started = [name for phase, name in new if phase == "s" and name not in self.started and name not in self.base]
        learned = [name for phase, name in new if phase == "l" and name not in self.learned]
        self.started += [] if self.are_started_denied else started
        self.learned += self.unknown(learned)
        return bool(self.started and started or self.unknown(learned))

    def deny_doubted(self):
        """Leaves to the instances what a script wants otherwise than it is here. Returns whether there is any."""
        doubted, self.doubted = self.doubted & set(self.roots), set()
        for name in doubted:
            for other in self.sharing(self.roots[name]):
                self.denied[other] = "the script changes what it depends on before it imports it"
                del self.roots[other]
        if doubted:
            self.write_state()
        return bool(doubted)

    def sharing(self, root):
        """Returns all that bring machine code that this one brings as well: it is here as a whole, or not at all."""
        return [name for name, other in self.roots.items() if other is root or set(other["native"]) & set(root["native"])]

    def learn_now(self, preload):
        """Does what takes long, in a process of its own: instances are forked meanwhile."""
        self.prepare(preload)
        self.rehearse(self.learned)
        self.write_state()

    def deny_started(self, why):
        """Leaves to the instances what Streamlit imports late: it does what cannot be shared."""
        print("spawner: not imported ahead:", self.started, why, file=sys.stderr, flush=True)
        self.started, self.are_started_denied = [], True
        self.write_state()

    def read_state(self):
        try:
            with open(self.state, encoding="utf-8") as file:
                state = json.load(file)
            self.learned = [name for name in state["learned"] if isinstance(name, str)]
            self.started = [name for name in state["started"] if isinstance(name, str)]
            if state["stamp"] == self.stamp:
                self.are_started_denied = bool(state["are_started_denied"])
                self.denied = {str(name): str(why) for name, why in state["denied"].items()}
                self.roots = dict(state["roots"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # there is none yet, or not a whole one: it is learned again

    def write_state(self):
        roots = {name: {part: value for part, value in root.items() if part not in ("at_exit", "shapes")} for name, root in self.roots.items()}
        kept = {
            "stamp": self.stamp, "learned": self.learned, "started": self.started, "denied": self.denied,
            "are_started_denied": self.are_started_denied, "roots": roots,
        }
        try:
            _write(self.state, json.dumps(kept))
            _write(self.state + ".started", "\n".join(self.started))
        except OSError as error:
            print("spawner: what it learned is not kept:", error, file=sys.stderr, flush=True)


def _with_parents(name):
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _mapped():
    """Returns the files of machine code in this process."""
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as file:
        return {line.split(None, 5)[5].rstrip("\n") for line in file if ".so" in line}


def _write(path, text):
    file = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(file, "w", encoding="utf-8") as out:
        out.write(text)
    os.replace(path + ".new", path)
