"""The stub's answers: what it can be asked for, the first part of the path names it."""

import contextlib
import ctypes
import hashlib
import io
import json
import os
import socket
import subprocess
import sys
import threading
import time

import stub_websocket

BEHAVIOUR = dict((b.split("=") + [""])[:2] for b in os.environ.get("STUB", "").split(",") if b)
FLAGS = dict(a[2:].split("=", 1) for a in sys.argv[1:] if a.startswith("--") and "=" in a)
CLONE_FILES = 0x400
BASE = "/" + FLAGS.get("server.baseUrlPath", "")
events, held, gates, lock = [], [], {}, threading.Lock()
grandchild = None


def note(event):
    with lock:
        events.append(event)


def gate(name):
    with lock:
        return gates.setdefault(name, threading.Semaphore(0))


def ask_as_orphan(ask):
    """By a process of a session of its own, whose parents have ended: nothing leads from it to this one."""
    ours, theirs = os.pipe()
    program = ("import os, time\nif os.fork(): os._exit(0)\nos.setsid()\nparent = os.getpid()\nif os.fork(): os._exit(0)\n"
               "while os.getppid() == parent: time.sleep(0.01)\n" + ask)
    subprocess.run([sys.executable, "-c", program], stdout=theirs, check=True)
    os.close(theirs)
    with open(ours, "rb") as told:
        return told.read()


def ask_in_thread(ask):
    """By a thread with a table of open files of its own, so that the socket is in none of the process's."""
    def run():
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_FILES):
            raise OSError(ctypes.get_errno(), "unshare")
        exec(ask)

    with contextlib.redirect_stdout(io.StringIO()) as out:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    return out.getvalue().encode()


def ask_in_flight(port, address, tries=40):
    """By sockets that nobody holds open while they are looked for: they are on their way through a socket."""
    statuses = set()
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    with ours, theirs:
        for _ in range(tries):
            sock = socket.socket()
            sock.bind((address, 0))
            sock.connect(("127.0.0.1", port))
            socket.send_fds(ours, [b"x"], [sock.fileno()])
            sock.close()
            time.sleep(0.02)
            with socket.socket(fileno=socket.recv_fds(theirs, 1, 1)[1][0]) as sock:
                sock.sendall(b"GET /admin/overview HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                statuses.add(sock.makefile("rb").readline().split()[1].decode())
    return " ".join(sorted(statuses)).encode()


class Connection:
    """One connection: requests one after the other, until one of them becomes a WebSocket or ends it."""

    def __init__(self, sock):
        self.sock = sock
        self.file = sock.makefile("rb", 1 << 16)

    def serve(self):
        while (line := self.file.readline().decode("latin-1").rstrip("\r\n")):
            self.line = line
            self.method, self.target, _ = line.split(" ", 2)
            self.headers = []
            while (header := self.file.readline().decode("latin-1").rstrip("\r\n")):
                name, value = header.split(":", 1)
                self.headers.append((name, value.strip()))
            path, _, query = self.target.partition("?")
            self.query = dict((q.split("=", 1) + [""])[:2] for q in query.split("&") if q)
            self.parts = path[len(BASE):].strip("/").split("/")
            action = self.parts[0].replace("-", "_")
            if self.parts[:2] == ["_stcore", "health"]:
                action = "health"
            if "page" in self.query:
                action = "page"
            try:
                if getattr(self, "do_" + action, self.do_echo)() is False:
                    return
            except OSError:
                note("broken off: " + path[len(BASE):])
                raise

    def header(self, name):
        return next((v for n, v in self.headers if n.lower() == name), "")

    def body(self):
        if self.header("expect"):
            self.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in self.header("transfer-encoding"):
            while (size := int(self.line_of_body(), 16)):
                yield self.file.read(size)
                self.line_of_body()
            self.line_of_body()
        left = int(self.header("content-length") or 0)
        while left > 0 and (data := self.file.read1(min(left, 1 << 18))):
            left -= len(data)
            yield data
        if left > 0:
            raise ConnectionError

    def headers_asked_for(self):
        return ["%s: %s" % h for h in self.query.items() if h[0][0].isupper()]

    def line_of_body(self):
        if not (line := self.file.readline()):
            raise ConnectionError
        return line.split(b";")[0]

    def head(self, status, *headers):
        self.sock.sendall(("HTTP/1.1 %s\r\n%s\r\n" % (status, "".join(h + "\r\n" for h in headers))).encode())

    def answer(self, body, status="200 OK", *headers):
        body = body if isinstance(body, bytes) else body.encode()
        self.head(status, "Content-Length: %d" % len(body), *headers)
        if self.method != "HEAD":
            self.sock.sendall(body)

    def chunk(self, text):
        self.sock.sendall(b"%x\r\n%s\r\n" % (len(text), text.encode()))

    def do_health(self):
        bad = "unhealthy" in BEHAVIOUR
        self.answer("ill" if bad else "ok", "503 Ill" if bad else "200 OK")

    def do_echo(self):
        read = sum(map(len, self.body()))
        told = {"line": self.line, "method": self.method, "target": self.target, "headers": self.headers, "body": read}
        self.answer(json.dumps(told), "200 OK", "Content-Type: application/json")

    def do_process(self):
        told = {"arguments": sys.argv[1:], "environment": dict(os.environ), "folder": os.getcwd(), "id": os.getpid(),
                "session": os.getsid(0), "grandchild": grandchild}
        self.answer(json.dumps(told), "200 OK", "Content-Type: application/json")

    def do_events(self):
        self.answer(json.dumps(events))

    def do_go(self):  # opens the gate that another request waits at
        gate(self.parts[1]).release()
        self.answer("gone")

    def do_upload(self):
        if "hold" in self.query:
            gate(self.query["hold"]).acquire()
        digest, size = hashlib.sha256(), 0
        for data in self.body():
            if not size:
                note("upload began")
            digest.update(data)
            size += len(data)
        self.answer(json.dumps({"bytes": size, "sha256": digest.hexdigest()}))

    def do_agree(self):  # answers before the body is read, and reads it all the same
        self.head("200 OK", "Content-Type: text/plain", "Transfer-Encoding: chunked")
        self.chunk("%d" % sum(map(len, self.body())))
        self.sock.sendall(b"0\r\n\r\n")

    def do_reject(self):  # answers before the body is read; ?hold=gate waits before, ?deaf=gate after; ?keep leaves the connection open
        if "hold" in self.query:
            note("reject began")
            gate(self.query["hold"]).acquire()
        self.answer("no", "403 Forbidden", *([] if "keep" in self.query else ["Connection: close"]))
        if "keep" not in self.query:
            self.sock.shutdown(socket.SHUT_WR)
        if "deaf" in self.query:
            gate(self.query["deaf"]).acquire()
        while self.sock.recv(65536):
            pass
        note("reject over")
        return False

    def do_stream(self):  # a line for each passage of the gate
        self.head("200 OK", "Content-Type: text/plain", "Transfer-Encoding: chunked")
        for number in range(int(self.query["lines"])):
            gate(self.query["gate"]).acquire()
            self.chunk("line %d\n" % number)
        self.chunk("")

    def do_large(self):
        size = int(self.query["bytes"])
        self.head("200 OK", "Content-Length: %d" % size)
        block = bytes(range(256)) * 1024
        for start in range(0, size, len(block)):
            self.sock.sendall(block[:size - start])

    def do_status(self):  # any status, and the headers given as ?name=value
        self.answer("told", self.parts[1] + " As Told", *("%s: %s" % h for h in self.query.items()))

    def do_heads(self):  # the lines of the body are the headers of the answer; after a line ---, the trailers
        lines, _, trailers = b"".join(self.body()).decode().partition("---\r\n")
        self.head("200 OK", *lines.splitlines(), "Transfer-Encoding: chunked")
        self.sock.sendall(("4\r\ntold\r\n0\r\n%s\r\n" % trailers).encode())

    def do_page(self):  # HTML at any path, in no encoding; ?page=bytes in all, &chunked, &status=, names with a capital are headers
        page = b'<!doctype html>\r\n<title>\xb1\xe2\xff</title><script>"</body>"</script>\0<p></p></BODY \n></html>\n<!-- \xed\x95 -->'
        page = page.replace(b"<p>", b"<p>" + b"x" * (int(self.query["page"] or 0) - len(page)))
        headers = self.headers_asked_for()
        if "Content-Type" not in self.query:
            headers.append("Content-Type: text/html")
        if self.query.get("ETag", "none") == self.header("if-none-match"):
            self.head("304 Not Modified", *headers)
        elif "chunked" in self.query:
            self.head("200 OK", "Transfer-Encoding: chunked", *headers)
            self.sock.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(page), page))
        else:
            self.answer(page, self.query.get("status", "200") + " As Told", *headers)

    def do_cookies(self):
        self.answer(self.header("cookie").encode("latin-1"), "200 OK", "Set-Cookie: _streamlit_xsrf=2|a%7C\"b\"|1; Path=/",
                    "Set-Cookie: second=2; HttpOnly; Path=/x")

    def do_cached(self):
        if self.header("if-none-match") == '"v1"':
            self.head("304 Not Modified", 'ETag: "v1"')
        elif self.header("range") == "bytes=2-4":
            self.answer("cde", "206 Partial Content", "Content-Range: bytes 2-4/10", 'ETag: "v1"')
        else:
            self.answer("abcdefghij", "200 OK", 'ETag: "v1"', "Accept-Ranges: bytes")

    def do_hang(self):  # never answers, but notices who goes away
        note("hang began")
        self.file.read(1)
        raise ConnectionError

    def do_half(self):
        self.head("200 OK", "Content-Length: 1000", *self.headers_asked_for())
        self.sock.sendall(b"half")
        gate("half").acquire()
        return False

    def do_reach(self):  # whether this process gets at ?file=, a folder or a socket too; or the name of the error
        try:
            if self.query["file"].endswith(".sock"):
                socket.socket(socket.AF_UNIX).connect(self.query["file"])
            elif os.path.isdir(self.query["file"]):
                os.listdir(self.query["file"])
            else:
                open(self.query["file"], "rb").read(1)
            self.answer("reached")
        except OSError as error:
            self.answer(type(error).__name__)

    def do_ask(self):  # what ?port= answers for /admin/ to this process, or to ?how=child, orphan, thread, flight; ?from= another address
        ask = ("import http.client as h; c = h.HTTPConnection('127.0.0.1', %s, source_address=(%r, 0)); "
               "c.request('GET', '/admin/overview'); print(c.getresponse().status)"
               % (int(self.query["port"]), self.query.get("from", "127.0.0.1")))
        if self.query.get("how") == "orphan":
            told = ask_as_orphan(ask)
        elif self.query.get("how") == "thread":
            told = ask_in_thread(ask)
        elif self.query.get("how") == "flight":
            told = ask_in_flight(int(self.query["port"]), self.query.get("from", "127.0.0.1"))
        elif self.query.get("how") == "child":
            told = subprocess.run([sys.executable, "-c", ask], stdout=subprocess.PIPE, check=True, start_new_session=True).stdout
        else:
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(ask)
            told = out.getvalue().encode()
        self.answer(told.strip())

    def do_fork(self):  # leaves a process of another session, with another parent, that has inherited every socket
        child = os.fork()
        if not child:
            os.setsid()
            if os.fork():
                os._exit(0)
            while True:
                time.sleep(60)
        os.waitpid(child, 0)
        self.answer("forked")

    def do_die(self):  # ?after=seconds for which it outlives its connection
        self.sock.shutdown(socket.SHUT_RDWR)
        time.sleep(float(self.query.get("after", 0)))
        os._exit(7)

    def do_allocate(self):  # ?megabytes=, held until it ends
        held.append(os.urandom(1024) * 1024 * int(self.query["megabytes"]))
        self.answer("allocated")

    def do_spin(self):  # ?seconds= of a core
        end = time.process_time() + float(self.query["seconds"])
        while time.process_time() < end:
            pass
        self.answer("spun")

    def do_print(self):
        for _ in range(int(self.query["lines"])):
            print("x" * 1023, flush=True)
        self.answer("printed")

    def do_ws(self):
        stub_websocket.serve(self, note)
        return False
