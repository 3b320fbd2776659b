"""The registry's page at many rows, through the real portal: see eng/bench."""

import argparse
import http.client
import os
import sqlite3
import time
import uuid

import figures
from portal import APPS, Portal

TICKS = 621_355_968_000_000_000  # of 100 ns, from the year 1 to 1970
DAY = 864_000_000_000

LISTS = {
    "the first page": "",
    "the last page": "&p=1000000",
    "part of a label": "&search=desk+99",
    "a whole address": "&search=10.1.2.3",
    "sorted by label": "&sort=Label",
    "sorted by port, the middle": "&sort=Port&p=500",
    "sorted by expiry, falling": "&sort=ExpiresAt&order=desc",
    "admins": "&role=Admin",
    "expiring": "&state=Expiring",
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
    finally:
        for portal in portals.values():
            portal.close()


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
