"""Serves the portal: forks instances, and tells how they end."""

import json
import os
import selectors
import signal
import socket
import struct
import sys
import time

from prefork import instance, origin
from prefork.library import Library
from prefork.portal import LONGEST_LINE, PROTOCOL, close_inherited, connected, fault_of, receive, start_time
from prefork.stamps import environment_stamp, file_stamp

PROGRAM = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "spawner.py")
STREAMLIT = "streamlit.web.cli"


class Spawner(Library):
    def __init__(self, startup, uses, main, connection, kept, script, *more):
        """main: the names that our main module had when it began. For the others see Library and spawner.py."""
        self.umask = os.umask(0o077)
        self.paths, self.main, self.arguments = list(sys.path), main, [kept, script, *more]
        super().__init__(
            kept, script, [a.partition("=")[2] for a in more if a.startswith("--preload=")], startup, uses
        )
        self.state_folder = [int(kept.split("/")[4])] if kept.startswith("/proc/self/fd/") else []
        try:
            os.chdir(self.script_folder)
        except OSError:
            pass  # each request will say so
        self.folder, self.stamp_read = file_stamp(".")[:2], time.monotonic()
        self.instances, self.buffer, self.logs = set(), b"", []
        self.selector = selectors.PollSelector()
        self.is_greeted = connection.startswith("greeted:")
        inherited = int(connection.partition(":")[2]) if self.is_greeted or connection.startswith("met:") else -1
        close_inherited([inherited, *self.state_folder])
        if inherited >= 0:
            self.socket = socket.socket(fileno=inherited)
            self.socket.set_inheritable(False)
        else:
            self.socket = connected(
                connection, next((int(a.partition("=")[2]) for a in more if a.startswith("--portal=")), os.geteuid())
            )
            self.tell(event="hello", protocol=PROTOCOL, pid=os.getpid())

    def tell(self, **message):
        try:
            self.socket.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            sys.exit(0)  # the portal is gone

    def fail(self, why):
        self.tell(event="failed", why=why)
        sys.exit(f"spawner: {why}")

    def warm_up(self):
        why = self.import_all(STREAMLIT)
        if why:
            self.fail(why)
        self.tell(event="warm", modules=len(sys.modules) + len(self.shelf.modules), denied=self.denied)

    def begin_again(self, why):
        """A fresh interpreter in this process: connection and instances stay, threads and old modules do not."""
        self.tell(event="again", why=why)
        self.socket.set_inheritable(True)
        sys.stdout.flush()
        connection = f"{'greeted' if self.is_greeted else 'met'}:{self.socket.fileno()}"
        os.umask(self.umask)
        os.execve(sys.executable, [sys.executable, PROGRAM, connection, *self.arguments], self.variables)

    def serve(self):
        """Serves the portal until it goes away. Returns in an instance only: what the instance is to be."""
        wake, self.wakeup = socket.socketpair()
        wake.setblocking(False)
        self.wakeup.setblocking(False)
        self.wake = wake
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler, so that the wakeup descriptor is written to
        signal.set_wakeup_fd(self.wakeup.fileno(), warn_on_full_buffer=False)
        self.selector.register(self.socket, selectors.EVENT_READ, self.on_portal)
        self.selector.register(wake, selectors.EVENT_READ, self.on_exits)
        self.misses = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.misses.bind("")  # a name that the system chooses and no file system knows
        self.misses.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.selector.register(self.misses, selectors.EVENT_READ, self.on_miss)
        self.reap()  # those that ended while we began again
        while True:
            ready = self.selector.select(0.5 if self.pending else None)
            if not ready and self.learn():
                self.tell(event="learned", modules=len(sys.modules) + len(self.shelf.modules), denied=self.denied)
            for key, _ in ready:
                order = key.data(key.fd)
                if order:
                    return order

    def on_portal(self, _):
        if not self.buffer and time.monotonic() - self.stamp_read > 1:
            self.stamp_read = time.monotonic()
            if environment_stamp() != self.stamp or not self.is_current():
                self.begin_again("the environment changed on disk")  # the request still waits in the socket
        if not self.buffer and any(file_stamp(file) != stamp for file, stamp in self.files.items()):
            self.begin_again("a file that was read during the imports changed")
        if not self.buffer and (file_stamp(self.script_folder) or self.folder)[:2] != self.folder:
            self.begin_again("the app's folder is another")  # a link leads elsewhere
        try:
            data, logs = receive(self.socket)
        except ConnectionResetError:
            sys.exit(0)  # the portal is gone
        self.logs += logs
        if not data:
            sys.exit(0)
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        if len(self.buffer) > LONGEST_LINE:
            self.fail("a line is longer than 1 MiB")
        for line in lines:
            order = self.obey(line)
            if order:
                return order
        return None

    def obey(self, line):
        try:
            request = json.loads(line)
            do = request.get("do")
        except (ValueError, AttributeError, RecursionError):
            return self.tell(error="the line is no JSON object")
        if not self.is_greeted:
            if do != "hello" or request.get("protocol") != PROTOCOL:
                self.fail(
                    f"protocol {PROTOCOL} is spoken here, and the first line was {do} {request.get('protocol')}"
                )
            self.is_greeted = True
        elif do == "fork":
            log = self.logs.pop(0) if self.logs else -1
            try:
                return self.fork(request, log)
            finally:
                if log >= 0:
                    os.close(log)
        else:
            self.tell(id=request.get("id"), error=f"unknown command {do!r}")
        return None

    def fork(self, request, log):
        fault = fault_of(request)
        if fault:
            return self.tell(id=request.get("id"), error=f"{fault} is not as the protocol has it")
        sys.stdout.flush()
        sys.stderr.flush()
        ours, theirs = os.pipe()
        try:
            pid = os.fork()
        except OSError as error:
            os.close(ours)
            os.close(theirs)
            return self.tell(id=request.get("id"), error=f"fork: {error}")
        if pid == 0:
            return self.begin_instance(request, log, ours, theirs)
        os.close(theirs)
        said = os.read(ours, 1)
        if said == b"+":
            os.close(ours)
            self.instances.add(pid)
            return self.tell(id=request.get("id"), pid=pid, started=start_time(pid))
        said += os.read(ours, 1000)
        os.close(ours)
        os.waitpid(pid, 0)
        return self.tell(id=request.get("id"), error=said.decode(errors="replace") or "it died before it began")

    def begin_instance(self, request, log, ours, theirs):
        """In the fork. Returns what is to run there."""
        try:
            os.setsid()
            address = self.misses.getsockname()
            signal.set_wakeup_fd(-1)
            for mine in (self.socket, self.wake, self.wakeup, self.misses):
                mine.close()
            for file in (ours, *self.logs, *self.state_folder):
                os.close(file)
            command = instance.become(request, log, self.umask, self.changes_at_start(request["env"]))
            if self.is_shadowed() or (file_stamp(".") or [])[:2] != self.folder:
                os.write(theirs, b"+")
                instance.start_anew(command)
            instance.renew(
                request, command, self.sets, lambda name: sys.modules.get(name) or self.shelf.modules.get(name)
            )
            instance.fresh_main(self.main)
            folder = self.script_folder
            self.shelf.on_miss = instance.Misses(address, lambda path: origin.is_library_file(path, folder))
            self.shelf.open()
            os.write(theirs, b"+")
            os.close(theirs)
        except BaseException as error:
            os.write(theirs, f"{type(error).__name__}: {error}".encode()[:1000])
            os._exit(1)
        return True

    def changes_at_start(self, sent):
        """What became of the app's environment on the way here, by a shell, a wrapper or the interpreter itself."""
        return {name: value for name, value in self.variables.items() if sent.get(name) != value}

    def is_shadowed(self):
        """Whether Streamlit would find a file of the app's where it looks for a library."""
        folders = [os.getcwd(), *(path for path in self.paths if not origin.is_library_folder(path, self.script_folder))]
        return origin.are_shadowed({name for name in self.keep if "." not in name}, folders)

    def on_exits(self, _):
        self.wake.recv(4096)
        self.reap()

    def reap(self):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            how = {"signal": os.WTERMSIG(status)} if os.WIFSIGNALED(status) else {"code": os.WEXITSTATUS(status)}
            self.instances.discard(pid)
            self.tell(event="exited", pid=pid, **how)

    def on_miss(self, _):
        """An instance tells what it had to import by itself."""
        while True:
            try:
                data, extras, _, _ = self.misses.recvmsg(1024, socket.CMSG_SPACE(12))
            except BlockingIOError:
                return
            senders = [
                struct.unpack("3i", what[:12])[0] for _, kind, what in extras if kind == socket.SCM_CREDENTIALS
            ]
            if senders and senders[0] in self.instances:
                self.pending.append(data.decode(errors="replace"))
