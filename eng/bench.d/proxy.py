"""What the portal's proxy costs, beside other servers in front of the same app: see eng/bench."""

import argparse
import contextlib
import functools
import os
import random
import shutil
import statistics
import sys
import time

import loads
from servers import HUB_PROXY, BareYarp, Direct, HubProxy, Nginx, OurPortal

REFERENCE, OURS, NONE = "bare YARP", "portal", "direct"
PARTS = ("http", "transfer", "sockets", "memory")
CONNECTIONS, SOCKETS, IDLE = (1, 16, 256), (1, 50), 1000
ROWS = 100_000
ADDED = "  latency, 1 at once, µs"
WHAT, CELL, RATIO = 52, 12, 24


def main():
    options = read_options()
    for tool in ("wrk", "nginx", "curl"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing: apt-get install {'nginx-light' if tool == 'nginx' else tool}")
    with contextlib.ExitStack() as stack:
        portal = OurPortal(options.port)
        stack.callback(portal.close)
        portal.start()
        upstream = portal.upstream
        servers = {NONE: Direct(upstream), "nginx": Nginx(options.port + 400, upstream),
                   REFERENCE: BareYarp(options.port + 401, upstream), OURS: portal}
        if os.path.exists(HUB_PROXY):
            servers["chp"] = HubProxy(options.port + 402, upstream)
        for server in servers.values():
            if server is not portal:
                server.start()
                stack.callback(server.stop)
        print(f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, medians of "
              f"{options.rounds} rounds; ratios are of the same round")
        rounds = measured(servers, options)
        print(f"{'':{WHAT}}" + "".join(f"{name:>{CELL}}" for name in servers) + f"{'portal / bare YARP':>{RATIO}}")
        print_table(rounds, list(servers))
    print(f"the access table with {ROWS:,} rows: " + ", ".join(
        f"{what} {one['nanoseconds']:.0f} ns and {one['bytes']:.1f} bytes" for what, one in loads.lookups(ROWS).items()))


def measured(servers, options):
    """What was measured of each server, a dictionary for each round: all in turn with the same load, then with the next."""
    rounds = [{name: {} for name in servers} for _ in range(options.rounds + 1)]
    order = random.Random(0)  # the app is as the server before has left it, which is not to be the same one each time
    for number, round in enumerate(rounds):
        for step in steps(options):
            for name in order.sample(list(servers), len(servers)):
                round[name].update(step(servers[name]))
        print(f"round {number} of {options.rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    del rounds[0]  # it warms up
    if "memory" in options.parts:  # last, as whoever is started for it is cold again
        for round in rounds:
            for name in order.sample(list(servers), len(servers)):
                round[name].update(memory_of(servers[name]))
    return rounds


def steps(options):
    """Loads, each a function of a server that gives what was measured by name."""
    if "http" in options.parts:
        for connections in CONNECTIONS:
            yield functools.partial(requests_of, connections, options.seconds)
    if "transfer" in options.parts:
        yield lambda server: {"download of 100 MB, MB/s": loads.download(server) / 1e6}
        yield lambda server: {"upload of 200 MB, MB/s": loads.upload(server) / 1e6}
    if "sockets" in options.parts:
        for sockets in SOCKETS:
            yield functools.partial(messages_of, sockets, options.seconds)


def requests_of(connections, seconds, server):
    rate, median, worst, spent = loads.requests(server, connections, seconds)
    return {f"requests/s, {connections} at once": rate,
            f"  latency, {connections} at once, µs": median * 1e6,
            f"  99 of 100 within, {connections} at once, µs": worst * 1e6,
            f"  processor time for a request, {connections} at once, µs": spent * 1e6}


def messages_of(sockets, seconds, server):
    rate, median, worst, spent = loads.messages(server, sockets, seconds)
    return {f"WebSocket messages/s, {sockets} sockets": rate,
            f"  round trip, {sockets} sockets, µs": median * 1e6,
            f"  99 of 100 within, {sockets} sockets, µs": worst * 1e6,
            f"  processor time for a message, {sockets} sockets, µs": spent * 1e6}


def memory_of(server):
    if isinstance(server, Direct):
        return {}
    server.stop()
    server.start()
    return {f"memory for an idle WebSocket of {IDLE}, KiB": loads.memory_of_idle(server, IDLE)}


def print_table(rounds, names):
    for what in rounds[0][OURS]:
        cells = (number(statistics.median(one[name][what] for one in rounds)) if what in rounds[0][name] else "" for name in names)
        ratios = [one[OURS][what] / one[REFERENCE][what] for one in rounds if one[REFERENCE][what]]
        ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})" if ratios else ""
        print(f"{what:{WHAT}}" + "".join(f"{cell:>{CELL}}" for cell in cells) + f"{ratio:>{RATIO}}")
        if what == ADDED:
            added = statistics.median(one[OURS][what] - one[REFERENCE][what] for one in rounds)
            print(f"{'    the portal adds to bare YARP, µs':{WHAT}}{number(added):>{CELL * len(names) + RATIO}}")


def number(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}"


def read_options():
    parser = argparse.ArgumentParser(prog="eng/bench proxy", description="Measures the proxy on loopback, beside others.",
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--rounds", type=at_least_1, default=5, help="rounds that count; one more warms up")
    parser.add_argument("--seconds", type=at_least_1, default=3, help="seconds of each load")
    parser.add_argument("--port", type=at_least_1, default=18000, help="the first of 420 ports of 127.0.0.1")
    parser.add_argument("--parts", nargs="+", default=list(PARTS), choices=PARTS, metavar="PART", help=", ".join(PARTS))
    return parser.parse_args()


def at_least_1(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number from 1 on, not {text}")
    return int(text)


if __name__ == "__main__":
    main()
