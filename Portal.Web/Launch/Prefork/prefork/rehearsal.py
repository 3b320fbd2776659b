"""Imports modules in a child that is thrown away, and gathers what it reports of each (watch.py)."""

import json
import os
import selectors
import signal
import time

from prefork.report import EMPTY
from prefork.watch import Rehearsal

PATIENCE = 30  # seconds for one module


def rehearse(names, script_folder, reports, problems, keep):
    """Adds the reports of what these names need, and what is wrong with names that cannot be imported, {name: why}.

    keep is called now and then, so that not all is lost where the whole takes longer than somebody waits.
    """
    names = [name for name in names if name not in reports]
    while names:
        ended = _rehearse(names, script_folder, reports, problems, keep)
        names = names[names.index(ended) + 1 :] if ended in names else []


def _rehearse(names, script_folder, reports, problems, keep):
    """Returns the name at which it came to an end before all were done."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            out = os.fdopen(theirs, "w", encoding="utf-8")

            def tell(**message):
                out.write(json.dumps(message) + "\n")
                out.flush()

            Rehearsal(tell, script_folder).run(names)
        finally:
            os._exit(0)
    os.close(theirs)
    importing, current, rest, kept = "", names[0], b"", time.monotonic()
    with selectors.PollSelector() as selector:
        selector.register(ours, selectors.EVENT_READ)
        while True:
            data = os.read(ours, 1 << 16) if selector.select(PATIENCE) else b""
            *lines, rest = (rest + data).split(b"\n")
            for message in map(json.loads, lines):
                if "module" in message:
                    reports.setdefault(message.pop("module"), message)
                elif "done" in message:
                    if message["problem"]:
                        problems[message["done"]] = message["problem"]
                    later = names[names.index(message["done"]) + 1 :]
                    current = later[0] if later else None
                    if time.monotonic() - kept > 5:
                        keep()
                        kept = time.monotonic()
                else:
                    importing = message["importing"]
            if not data:
                break
    os.close(ours)
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.waitpid(pid, 0)
    if current is not None:
        why = "the process ended, or did not go on, while it was imported"
        problems[current] = why
        reports.setdefault(importing or current, {**EMPTY, "why": why})["why"] = why
    return current
