"""The registry's page at many rows, through the real portal: see eng/bench."""

import argparse
import http.client
import os
import re
import sqlite3
import time
import uuid

import figures
from portal import APPS, Portal

TICKS = 621_355_968_000_000_000  # of 100 ns, from the year 1 to 1970
DAY = 864_000_000_000

COLUMNS = ("Network", "Role", "Port", "Label", "Enabled", "ExpiresAt", "UpdatedAt")
LISTS = {
    "the first page": "",
    "the last page": "&p=1000000",
    **{f"sorted by {column}, {order}ending": f"&sort={column}&order={order}" for column in COLUMNS for order in ("asc", "desc")},
    "sorted by label, the middle": "&sort=Label&p=2000",
    "sorted by port, the middle": "&sort=Port&p=1000",
    "admins": "&role=Admin",
    "users, by label": "&role=User&sort=Label",
    **{state.lower(): f"&state={state}" for state in ("Enabled", "Expiring", "Disabled", "Expired")},
    "part of a label": "&search=desk+99",
    "part of an address": "&search=0.1.",
    "a whole address": "&search=10.1.2.3",
    "what is nowhere": "&search=nobody",
    "who an address would be": "&who=10.1.2.3",
}


def main():
    options = read_options()
    portals = {}
    try:
        for number, rows in enumerate((10, options.rows)):
            name = f"{rows:,} rows"
            portals[name] = Portal("Direct", APPS["feature-manager"], options.port + number)
            prepare(portals[name], rows)
        figures.print_head(portals)
        for what, query in LISTS.items():
            # In turn, so that what else the machine does meets both alike.
            seconds = {name: [] for name in portals}
            for _ in range(options.times):
                for name, portal in portals.items():
                    seconds[name].append(ask(portal.port, f"/admin/?size=25{query}"))
            figures.print_figure(tuple(portals), what, "s", seconds)
        measure_import(portals, options.rows)
    finally:
        for portal in portals.values():
            portal.close()


def measure_import(portals, rows):
    """As many rows again: what would come of the file, then the same for good. Once, as it changes what is measured."""
    tried, done = ({name: [] for name in portals} for _ in range(2))
    for name, portal in portals.items():
        file = "network,role,label\r\n" + "".join(
            f"11.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255},user,desk {number}\r\n" for number in range(rows))
        visitor = Visitor(portal.port)
        token = visitor.field(visitor.ask("GET", "/admin/import"), "__RequestVerificationToken")
        page, seconds = visitor.post("/admin/import", {"Pasted": file, "__RequestVerificationToken": token})
        tried[name].append(seconds)
        fields = {"Pasted": file, **{field: visitor.field(page, field) for field in ("fingerprint", "__RequestVerificationToken")}}
        _, seconds = visitor.post("/admin/import?handler=Commit", fields)
        done[name].append(seconds)
    figures.print_figure(tuple(portals), f"import of {rows:,} more, what would come of it", "s", tried)
    figures.print_figure(tuple(portals), f"import of {rows:,} more", "s", done)


class Visitor:
    """A browser as far as a form needs one."""

    def __init__(self, port):
        self._port = port
        self._cookie = ""

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=600)
        connection.request(method, path, body, {**(headers or {}), "Cookie": self._cookie})
        answer = connection.getresponse()
        page = answer.read().decode()
        self._cookie = (answer.headers["Set-Cookie"] or self._cookie).split(";")[0]
        connection.close()
        if answer.status not in (200, 302):
            raise RuntimeError(f"{answer.status} for {method} {path}")
        return page

    def post(self, path, fields):
        """The answer, and the seconds to its last byte."""
        boundary = uuid.uuid4().hex
        body = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
        began = time.perf_counter()
        page = self.ask(
            "POST", path, f"{body}--{boundary}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={boundary}"})
        return page, time.perf_counter() - began

    @staticmethod
    def field(page, name):
        return re.search(f'name="{name}"[^>]*value="([^"]*)"', page).group(1)


def prepare(portal, rows):
    """Lets the portal make its database, and fills that behind its back; it takes notice by itself."""
    portal.start()
    portal.await_answer("/healthz")
    fill(os.path.join(portal.folder, "portal.db"), rows)
    for _ in range(20):  # the compiler's time is not what is asked for
        for query in LISTS.values():
            ask(portal.port, f"/admin/?size=25{query}")


def fill(path, rows):
    now = TICKS + time.time_ns() // 100
    with sqlite3.connect(path, timeout=30) as database:
        database.executemany(
            """INSERT INTO RegisteredIps (Network, NetworkKey, Role, Port, Label, LabelKey, Notes, Enabled, ExpiresAt,
                   CreatedAt, CreatedBy, UpdatedAt, UpdatedBy, Version)
               VALUES (?, ?, ?, ?, ?, ?, '', ?, ?, ?, 'bench', ?, 'bench', ?)""",
            (row(number, now) for number in range(rows)))
    database.close()


def row(number, now):
    address = (10, number >> 16 & 255, number >> 8 & 255, number & 255)
    label = f"desk {number % 997}"
    return (
        ".".join(map(str, address)), "4" + bytes(address).hex().upper() + "20",
        "Admin" if number % 500 == 0 else "User", 10_000 + number if number < 50_000 else None, label, label.upper(),
        number % 50 > 0, now + number % 365 * DAY if number % 3 == 0 else None, now, now - number, str(uuid.uuid4()).upper())


def ask(port, path):
    """Seconds from the request to the last byte of the page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    took = time.perf_counter() - began
    connection.close()
    if answer.status != 200 or b"</html>" not in body:
        raise RuntimeError(f"{answer.status} for {path}")
    return took


def read_options():
    parser = argparse.ArgumentParser(prog="eng/bench registry", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="of the large registry (%(default)s)")
    parser.add_argument("--times", type=int, default=15, help="that each page is asked for (%(default)s)")
    parser.add_argument("--port", type=int, default=21000, help="of the first portal (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
