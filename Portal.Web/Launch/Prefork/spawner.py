"""Forks Streamlit instances from a process that has Streamlit, and what Streamlit requires, imported already.

    python spawner.py SOCKET STATE SCRIPT [--preload=MODULE]… [--room=…]
    python spawner.py learn STATE SCRIPT …     finds out what instances may share of what STATE names, for the next start
    python spawner.py probe        ends with 0 where this interpreter has Streamlit, else says what is missing

It connects to the Unix socket SOCKET (@NAME: one without a file), where the portal listens, and serves that one
connection; when it closes, the spawner ends and its instances live on. STATE is a file of its own, for what it learned;
in /proc/self/fd/N/ where the portal opened the folder for it. SCRIPT is the app's main file, which is neither read nor
run here. --room is padding, which makes our command line long enough to be overwritten with an instance's.
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
    spawner  {"event": "again", "why": "…"}                    it replaces itself: the same process id, connection and
                                                               instances; "warm" follows; requests wait meanwhile
    spawner  {"event": "failed", "why": "…"}                   it cannot work here, and ends

argv is what `streamlit` takes; name is cut to the 15 bytes that the system keeps; limits are [soft, hard], -1 for none.

What is imported here, and why an app cannot tell, is in prefork/library.py and prefork/shelf.py. No thread and no event
loop exists before a fork: only the forking thread would survive in the child, with the locks of the others held for ever.
"""

import os
import sys

MAIN = dict(vars(sys.modules["__main__"]))
STREAMLIT = "streamlit.web.cli"


def connect(name, portal):
    """Returns a connection to the portal's socket. Uses what every interpreter has, so that nothing else is imported."""
    import _socket

    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    connection.connect("\0" + name[1:] if name.startswith("@") else name)
    peer = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    user = int.from_bytes(peer[4:8], sys.byteorder)
    if user != portal:
        sys.exit(f"spawner: {name} belongs to user {user}")
    connection.send(b'{"event": "hello", "protocol": 2, "pid": %d}\n' % os.getpid())
    return connection.detach()


def close_inherited(kept):
    """Closes what the portal's own starter left open beside the standard files; instances would inherit it."""
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number not in kept:
            try:
                os.close(number)
            except OSError:
                pass  # the listing's own


def lines_of(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().split()
    except (OSError, ValueError):
        return []


def import_streamlit(names):
    """Imports Streamlit as the first thing, so that exactly its modules are loaded. Returns why that failed, or None."""
    try:
        import runpy  # as `python -m` does

        __import__(STREAMLIT)
        for name in names:
            try:
                __import__(name)
            except ImportError:
                pass  # Streamlit tries it, and goes on without
    except BaseException as error:  # whatever it is, the instance will say so itself
        return f"Streamlit cannot be imported here: {type(error).__name__}: {error}"
    return None


def main():
    folder = sys.path.pop(0)
    umask = os.umask(0o077)
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
        children = set(file.read().split())  # instances, where it begins again
    environment, (connection, state, script, *more) = dict(os.environ), sys.argv[1:]
    portal = next((int(a.partition("=")[2]) for a in more if a.startswith("--portal=")), os.geteuid())
    state_folder = [int(state.split("/")[4])] if state.startswith("/proc/self/fd/") else []
    is_greeted = connection.startswith("greeted:")
    if is_greeted or connection.startswith("met:"):
        number = int(connection.partition(":")[2])
        close_inherited([number, *state_folder])
    elif connection == "learn":
        number = -1
    else:
        close_inherited(state_folder)
        number = connect(connection, portal)
    if number >= 0:
        os.set_inheritable(number, False)
    arguments, sys.argv[:] = [state, script, *more], ["-m"]
    try:
        os.chdir(os.path.dirname(script))
    except OSError:
        pass  # each request will say so
    paths = list(sys.path)
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.getcwd())  # as `python -m streamlit` has it
    problem = import_streamlit(lines_of(state + ".started"))
    base, whole_path = dict(sys.modules), list(sys.path)
    standard = os.path.dirname(os.__file__)
    sys.path[:] = [folder, *(path for path in paths if path.startswith(standard))]  # nothing of the app's
    from prefork import instance
    from prefork.library import Library
    from prefork.server import Spawner

    sys.path[:] = whole_path
    sys.path_importer_cache.pop(folder, None)
    start = instance.Start(MAIN, environment, umask, paths, children)
    library = Library(state, base, environment, os.path.join(os.path.dirname(script), ""))
    preload = [a.partition("=")[2] for a in more if a.startswith("--preload=")]
    if number < 0:
        sys.exit(problem or library.learn_now(preload))
    spawner = Spawner(number, is_greeted, start, library, arguments, __file__)
    spawner.warm_up(problem, preload)
    spawner.serve()

    # The instance: what `python -m streamlit` does.
    instance.watch_as_told()
    sys.modules["runpy"]._run_module_as_main("streamlit")


if __name__ == "__main__":
    if sys.argv[1:] == ["probe"]:
        import importlib.util

        sys.path.pop(0)
        sys.exit(None if importlib.util.find_spec("streamlit") else f"{sys.executable} has no module named streamlit")
    main()
