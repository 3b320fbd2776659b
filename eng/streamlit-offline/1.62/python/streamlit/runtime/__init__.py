"""Gives the server what stlite took from it: one runtime in the process, and a thread for each run of a script.

stlite runs in a browser, where there are no threads: it keeps the runtime in a context variable, and runs scripts as
tasks of the server's event loop, where a slow script would stop the server.
"""

import threading
import time
from types import SimpleNamespace

from streamlit.runtime.runtime import Runtime, RuntimeConfig, RuntimeState
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner_utils import script_run_context
from streamlit.runtime.session_manager import SessionClient, SessionClientDisconnectedError
from streamlit.watcher import polling_path_watcher

__all__ = [
    "Runtime",
    "RuntimeConfig",
    "RuntimeState",
    "SessionClient",
    "SessionClientDisconnectedError",
    "exists",
    "get_instance",
]


def exists():
    return Runtime._instance is not None


def get_instance():
    if Runtime._instance is None:
        raise RuntimeError("Runtime hasn't been created!")
    return Runtime._instance


_init = Runtime.__init__


def _create(self, *args, **keywords):
    _init(self, *args, **keywords)
    Runtime._instance = self


Runtime._instance = None
Runtime.__init__ = _create
Runtime.exists = staticmethod(exists)
Runtime.instance = staticmethod(get_instance)


def _start(self):
    if self._script_task is not None:
        raise RuntimeError("ScriptRunner was already started")
    self._script_task = threading.Thread(target=_run, args=[self], name="ScriptRunner.scriptThread")
    self._script_task.start()


def _run(runner):
    try:
        runner._run_script_thread().send(None)  # awaits nothing of the event loop's, so this goes to its end
    except StopIteration:
        return
    raise RuntimeError("A script run waits for the event loop.")


script_runner.ScriptRunner.start = _start
script_runner.asyncio = SimpleNamespace(current_task=threading.current_thread)
script_run_context._current_ctx_holder = threading.current_thread


def _schedule(self):
    def poll():
        time.sleep(polling_path_watcher._POLLING_PERIOD_SECS)
        self._check_if_path_changed()

    self._executor.submit(poll)


polling_path_watcher.PollingPathWatcher._schedule = _schedule
