import inspect
import os
import traceback

from show import show

show("stack", lambda: [(os.path.basename(frame.filename), frame.function) for frame in inspect.stack()][:5])


def fail():
    raise ValueError("of the script")


try:
    fail()
except ValueError:
    show("traceback", lambda: [line for line in traceback.format_exc().splitlines() if "frames.py" in line])
