"""Serves the portal: forks instances, and tells how they end."""

import json
import os
import selectors
import signal
import socket
import struct
import sys
import time

from prefork import effects, instance
from prefork.portal import LONGEST_LINE, PROTOCOL, fault_of, receive, start_time
from prefork.stamps import folder_stamp, packages_stamp

QUIET = 1.0  # seconds without a request before it learns


class Spawner:
    def __init__(self, number, is_greeted, start, library, arguments, program):
        """number: the connection's descriptor. arguments: those to begin again with."""
        self.socket, self.is_greeted = socket.socket(fileno=number), is_greeted
        self.start, self.library, self.arguments, self.program = start, library, arguments, program
        state, script = arguments[:2]
        self.state_folder = [int(state.split("/")[4])] if state.startswith("/proc/self/fd/") else []
        self.folder = os.path.dirname(script)
        self.folder_stamp, self.stamp_read = folder_stamp(self.folder), time.monotonic()
        self.instances, self.buffer, self.logs, self.learner = set(), b"", [], None

    def tell(self, **message):
        try:
            self.socket.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            sys.exit(0)  # the portal is gone

    def fail(self, why):
        self.tell(event="failed", why=why)
        sys.exit(f"spawner: {why}")

    def why_not_to_fork(self):
        return effects.why_not_to_fork({0, 1, 2, self.socket.fileno(), *self.state_folder}, self.start.children)

    def warm_up(self, problem, preload):
        """Imports what is shared; problem: why Streamlit could not be imported."""
        library = self.library
        library.prepare(preload)
        why = problem or library.why_not_shared() or self.why_not_to_fork()
        if why and library.started:
            library.deny_started(why)
            self.begin_again(why)
        if why:
            self.fail(why)
        library.rehearse(preload)
        if not library.load():
            library.write_state()
            self.begin_again("an import turned out not to be the same each time")
        library.write_state()
        why = self.why_not_to_fork()
        if why:  # though each rehearsal went well
            library.denied.update(dict.fromkeys(library.roots, why))
            library.roots.clear()
            library.write_state()
            self.begin_again(why)
        self.tell(event="warm", modules=len(library.base) + len(library.shelf.modules), denied=library.denied)

    def learn(self):
        """Starts a process that finds out what may be imported ahead from now on; when it ends, we begin again."""
        self.library.write_state()
        command = [sys.executable, self.program, "learn", *self.arguments]
        umask = os.umask(self.start.umask)
        self.learner = os.posix_spawn(sys.executable, command, self.start.variables)
        os.umask(umask)
        self.start.children.add(str(self.learner))

    def begin_again(self, why):
        """A fresh interpreter in this process: connection and instances stay, threads and old modules do not."""
        self.tell(event="again", why=why)
        self.socket.set_inheritable(True)
        sys.stdout.flush()
        connection = f"{'greeted' if self.is_greeted else 'met'}:{self.socket.fileno()}"
        os.umask(self.start.umask)
        command = [sys.executable, self.program, connection, *self.arguments]
        os.execve(sys.executable, command, self.start.variables)

    def serve(self):
        """Serves the portal until it goes away. Returns in an instance only."""
        self.selector = selectors.PollSelector()
        self.wake, self.wakeup = socket.socketpair()
        self.wake.setblocking(False)
        self.wakeup.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler, so that the wakeup descriptor is written to
        signal.set_wakeup_fd(self.wakeup.fileno(), warn_on_full_buffer=False)
        self.misses = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.misses.bind("")  # a name that the system chooses and no file system knows
        self.misses.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.selector.register(self.socket, selectors.EVENT_READ, self.on_portal)
        self.selector.register(self.wake, selectors.EVENT_READ, self.on_exits)
        self.selector.register(self.misses, selectors.EVENT_READ, self.on_miss)
        self.reap()  # those that ended while we began again
        if self.library.unknown(self.library.learned):
            self.learn()
        while True:
            is_new = self.library.doubted or self.library.pending and not self.learner
            ready = self.selector.select(QUIET if is_new else None)
            if not ready and self.library.deny_doubted():
                self.begin_again("a script changes what an import depends on")
            if not ready and self.library.learn():
                self.learn()
            for key, _ in ready:
                if key.data():
                    return

    def on_portal(self):
        if not self.buffer:  # else a request waits that is read in part; one that begins stays in the socket
            if folder_stamp(self.folder) != self.folder_stamp:
                self.begin_again("the app's folder or its configuration is another")
            if time.monotonic() - self.stamp_read > 1:
                self.stamp_read = time.monotonic()
                if packages_stamp() != self.library.stamp:
                    self.begin_again("the environment changed on disk")
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
        return any(self.obey(line) for line in lines)

    def obey(self, line):
        try:
            request = json.loads(line)
            do = request.get("do")
        except (ValueError, AttributeError, RecursionError):
            return self.tell(error="the line is no JSON object")
        if not self.is_greeted:
            if do != "hello" or request.get("protocol") != PROTOCOL:
                self.fail(f"protocol {PROTOCOL} is spoken here, and the first line was {do} {request.get('protocol')}")
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
        """Forks an instance. Returns True there."""
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
        try:
            os.setsid()
            address, library = self.misses.getsockname(), self.library
            signal.set_wakeup_fd(-1)
            for mine in (self.socket, self.wake, self.wakeup, self.misses):
                mine.close()
            for file in (ours, *self.logs, *self.state_folder):
                os.close(file)
            command = instance.become(request, log, self.start)
            if not self.start.is_same(request["env"], library.base):
                os.write(theirs, b"+")
                instance.start_directly(command, self.start.variables_of(request["env"]))
            loaded = {**library.shelf.modules, **sys.modules}.get
            instance.renew(request, command, self.start, loaded)
            library.shelf.open(instance.Misses(address, library.may_be_learned))
            os.write(theirs, b"+")
            os.close(theirs)
        except BaseException as error:
            os.write(theirs, f"{type(error).__name__}: {error}".encode()[:1000])
            os._exit(1)
        return True

    def on_exits(self):
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
            if pid == self.learner:
                if status == 0:
                    self.begin_again("more may be imported ahead")
                continue  # else it is not tried again
            how = {"signal": os.WTERMSIG(status)} if os.WIFSIGNALED(status) else {"code": os.WEXITSTATUS(status)}
            self.instances.discard(pid)
            self.tell(event="exited", pid=pid, **how)

    def on_miss(self):
        """Hears from an instance what it had to import by itself."""
        while True:
            try:
                data, extras, _, _ = self.misses.recvmsg(4096, socket.CMSG_SPACE(12))
            except BlockingIOError:
                return
            senders = [struct.unpack("3i", what[:12])[0] for _, kind, what in extras if kind == socket.SCM_CREDENTIALS]
            phase, _, rest = data.decode(errors="replace").partition(" ")
            name, _, path = rest.partition(" ")
            if phase == "d" and senders and senders[0] in self.instances:
                self.library.doubted.add(name)
            elif senders and senders[0] in self.instances and self.library.may_be_learned(phase, name, path):
                self.library.pending.append((phase, name))
