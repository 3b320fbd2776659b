"""Debian's Chromium, driven over its DevTools protocol: https://chromedevtools.github.io/devtools-protocol/"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

from websocket import TEXT, WebSocket

PROGRAM = shutil.which("chromium")
START_LIMIT = 30  # seconds
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--disable-breakpad", "--lang=en-US",
         "--remote-debugging-port=0")

# Calls seen() when a heading of the app is in the page; pages of the portal itself have nothing of that class.
WATCH = """
new MutationObserver((_, observer) => {
  if (!document.querySelector(".stApp h1")?.textContent.includes(%s)) return;
  observer.disconnect();
  seen("");
}).observe(document, { childList: true, subtree: true, characterData: true });
"""


class Browser:
    def __init__(self):
        self._folder = tempfile.mkdtemp(prefix="portal-bench-browser-")
        self._process = self._socket = None
        self._last_id = 0
        self._seen = set()

    def start(self):
        profile = os.path.join(self._folder, "profile")
        self._process = subprocess.Popen(
            [PROGRAM, *FLAGS, f"--user-data-dir={profile}", "about:blank"], start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": self._folder})
        address = os.path.join(profile, "DevToolsActivePort")
        limit = time.monotonic() + START_LIMIT
        while not (lines := _lines(address)):
            if self._process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError("Chromium does not come up")
            time.sleep(0.05)
        self._socket = WebSocket(int(lines[0]), lines[1])

    def visit(self, url, heading):
        """Seconds from navigating there to the heading's being in the page, with a new profile: nothing is cached."""
        context = self._ask("Target.createBrowserContext")["browserContextId"]
        target = self._ask("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        page = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._ask("Page.enable", page)
        self._ask("Runtime.enable", page)
        self._ask("Runtime.addBinding", page, name="seen")
        self._ask("Page.addScriptToEvaluateOnNewDocument", page, source=WATCH % json.dumps(heading))
        began = time.perf_counter()
        if problem := self._ask("Page.navigate", page, url=url).get("errorText"):
            raise RuntimeError(f"Chromium cannot open {url}: {problem}")
        while page not in self._seen:
            self._receive()
        took = time.perf_counter() - began
        self._ask("Target.disposeBrowserContext", browserContextId=context)
        return took

    def close(self):
        if self._socket:
            self._socket.close()
        if self._process:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _ask(self, method, page=None, **parameters):
        self._last_id += 1
        command = {"id": self._last_id, "method": method, "params": parameters, **({"sessionId": page} if page else {})}
        self._socket.send(json.dumps(command).encode(), TEXT)
        while (answer := self._receive()).get("id") != self._last_id:
            pass
        if "error" in answer:
            raise RuntimeError(f"Chromium refuses {method}: {answer['error']}")
        return answer["result"]

    def _receive(self):
        message = json.loads(self._socket.receive())
        if message.get("method") == "Runtime.bindingCalled":
            self._seen.add(message["sessionId"])
        return message


def _lines(file):
    try:
        with open(file) as content:
            return content.read().splitlines()
    except FileNotFoundError:
        return []
