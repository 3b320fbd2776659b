"""Hears of what a module does, from the interpreter's profiler and its audit events."""

import os
import sys

from prefork import doings
from prefork.origin import is_library_file


def is_bytecode(path):
    return "__pycache__" in path or sys.pycache_prefix is not None and path.startswith(sys.pycache_prefix)


class Refused(PermissionError):
    """Tells why an import fails that would do what outlasts the rehearsal."""


class Listener:
    """Says of whom it is told: report() is that of the module whose code runs, fault() adds why it is not shared."""

    def on_profile(self, frame, event, argument):
        if event == "c_call":
            if getattr(argument, "__name__", "") in doings.C_CALLS:
                self.on_c_call(argument)
        elif event == "call" and frame.f_code.co_name in doings.CALLED:
            self.on_call(frame, frame.f_code.co_name, frame.f_code.co_filename)

    def on_c_call(self, function):
        why = doings.CALLS.get(id(function))
        if why:
            self.fault(why)
        elif id(function) in doings.WARNINGS:
            self.report()["warns"] = True
        elif function.__name__ in doings.CLOCKS and isinstance(getattr(function, "__self__", None), type):
            self.fault("it asks for the time")

    def on_call(self, frame, name, file):
        if name in doings.LOOKS and file.endswith(
            ("genericpath.py>", "genericpath.py", "genericpath>", "posixpath.py", "pathlib.py", "_local.py")
        ):
            self.note_file(frame.f_locals.get("path", frame.f_locals.get("s", frame.f_locals.get("self"))))
        elif name in doings.STACKS and file.endswith(("inspect.py", "traceback.py")):
            self.fault("it looks at its callers")
        elif name in doings.RECORDS and file == doings.LOGGING:
            self.report()["logs"] = True
        elif name in doings.SESSION and "/streamlit/runtime/" in file:
            self.fault("it asks Streamlit for its session")

    def on_event(self, event, arguments):
        if not self.is_watching:
            return
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, int):
                return
            path = os.fsdecode(path)
            if isinstance(flags, int) and flags & doings.WRITES and path != "/dev/null" and not is_bytecode(path):
                self.refuse("it writes a file")
            self.note_file(path)
        elif event in doings.EVENTS:
            if (
                event.startswith("os.")
                and arguments
                and isinstance(arguments[0], (str, bytes))
                and "__pycache__" in os.fsdecode(arguments[0])
            ):
                return
            if event != "subprocess.Popen" or arguments[0] != "uname":  # platform asks it once; nothing is left of it
                self.refuse(doings.EVENTS[event])
        elif event in ("os.putenv", "os.unsetenv") and "os" not in sys._getframe(1).f_code.co_filename:
            self.fault("it changes the environment of the C library alone")

    def refuse(self, why):
        self.fault(why)
        raise Refused(why)

    def note_file(self, path):
        try:
            path = os.path.normpath(os.path.join(self.folder, os.fsdecode(path)))
        except TypeError:
            return
        if (
            not path.startswith(doings.UNINTERESTING)
            and "__pycache__" not in path
            and not is_library_file(path, self.script_folder)
        ):
            self.report()["files"][path] = True
