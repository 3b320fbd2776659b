"""Forks Streamlit instances from a process that has Streamlit, and what the app imports, imported already.

    python spawner.py SOCKET STATE SCRIPT [--preload=MODULE]… [--room=…]
    python spawner.py probe        ends with 0 where this interpreter has Streamlit, else says what is missing

It connects to the Unix socket SOCKET (@NAME: one without a file), where the portal listens, and serves that one
connection; when it closes, the spawner ends and its instances live on. STATE is a file of its own, for what it learned;
in /proc/self/fd/N/ where the portal opened the folder for it. SCRIPT is the app's main file: it is read for its
imports, never run here. --room is padding, which makes our command line long enough to be overwritten with an instance's.
--portal=UID is the portal's user, where that is another than ours.

Protocol, version 2: one JSON object a line, UTF-8, at most 1 MiB. The spawner begins.

    spawner  {"event": "hello", "protocol": 2, "pid": 7}
    portal   {"do": "hello", "protocol": 2}                    must come first; another version ends the spawner
    spawner  {"event": "warm", "modules": 1200, "denied": {"some.module": "why it is left to the instances"}}
    portal   {"do": "fork", "id": 1, "argv": ["run", "main.py", …], "env": {"PATH": …}, "cwd": "/srv/app",
              "name": "feature-manager", "limits": {"NOFILE": [1024, 4096]}}
                                                               its first byte carries the output's file (SCM_RIGHTS)
    spawner  {"id": 1, "pid": 8, "started": 123456}            started: field 22 of /proc/PID/stat
    spawner  {"id": 1, "error": "why there is no instance"}    without an id where the line had none; it goes on
    spawner  {"event": "exited", "pid": 8, "code": 0}          or "signal": 9 in place of the code
    spawner  {"event": "learned", "modules": 1290, "denied": {}}
                                                               imported for those to come, as instances turned out to
    spawner  {"event": "again", "why": "…"}                    it replaces itself: the same process id, connection and
                                                               instances; "warm" follows; requests wait meanwhile
    spawner  {"event": "failed", "why": "…"}                   it cannot work here, and ends

argv is what `streamlit` takes; name is cut to the 15 bytes that the system keeps; limits are [soft, hard], -1 for none.

No thread and no event loop exists here before a fork: only the forking thread would survive in the child, with the
locks of the others held for ever. A module that starts one when it is imported is left to the instances from then on.
"""

import sys

MAIN = dict(vars(sys.modules["__main__"]))
STARTUP = frozenset(sys.modules)  # what every interpreter has loaded before it runs anything

if sys.argv[1:] == ["probe"]:
    import importlib.util

    sys.path.pop(0)
    sys.exit(None if importlib.util.find_spec("streamlit") else f"{sys.executable} has no module named streamlit")

from prefork.imports import ImportRecorder

with ImportRecorder() as own_imports:
    import gc
    import os
    import runpy

    from prefork import instance
    from prefork.server import Spawner


def main():
    sys.path.pop(0)  # this folder
    sys.path_importer_cache.pop(os.path.dirname(os.path.abspath(__file__)), None)
    spawner = Spawner(STARTUP, own_imports.uses, MAIN, *sys.argv[1:])
    spawner.warm_up()
    spawner.serve()

    # The instance: what `python -m streamlit` does.
    gc.enable()
    instance.watch_as_told()
    runpy._run_module_as_main("streamlit")


if __name__ == "__main__":
    main()
