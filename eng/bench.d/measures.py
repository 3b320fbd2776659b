"""What is measured of portals that run, by mode."""

import concurrent.futures
import os
import time

from figures import Figures
from relay import Relay

LEARNING = 4  # seconds that the first instance is given to tell what it imported
SETTLING = 1  # seconds after which instances have allocated what they need
FEW = 8  # launched together where it is not the launch that is measured: more of them wait for longer than a visit may
TICKS = os.sysconf("SC_CLK_TCK")


def prepare(portal):
    """Brings it to where it is after its first instance: files are cached, and a spawner knows what to import."""
    portal.start()
    portal.await_answer("/readyz")
    client = portal.new_client()
    portal.launch(client)
    session = portal.session(client)
    time.sleep(LEARNING)
    session.close()
    portal.stop_instances()


def at_once(function, items):
    """The results of all, called at the same time. Where one fails, or the bench is stopped, the rest is left alone."""
    pool = concurrent.futures.ThreadPoolExecutor(max(1, len(items)))
    try:
        return list(pool.map(function, items))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def in_turn(portals, rounds):
    """Modes in turn, so that whatever else the machine does meets all alike; instances do not outlive their round."""
    for _ in range(rounds):
        for mode, portal in portals.items():
            yield mode, portal, portal.new_client()
            portal.stop_instances()


def times(portals, rounds):
    figures = Figures()
    for mode, portal, client in in_turn(portals, rounds):
        figures.add(mode, "request → ready", "s", portal.launch(client))
        session = portal.session(client)
        figures.add(mode, "connection → first output", "s", session.seconds_to_output)
        session.close()
    yield from figures


def browser_times(portals, browser, rounds):
    """Nothing is cached in the browser in either case; in the second it is the browser's own time that is seen."""
    figures = Figures()
    visit_in_turn(portals, browser, 1)  # the browser's own first time is not counted
    for mode, launching, running in visit_in_turn(portals, browser, rounds):
        figures.add(mode, "request → first text in Chromium, nothing cached", "s", launching)
        figures.add(mode, "the same where the instance runs already", "s", running)
    yield from figures


def visit_in_turn(portals, browser, rounds):
    visits = []
    for mode, portal, client in in_turn(portals, rounds):
        with Relay(client, portal.port) as relay:
            url = f"{relay.url}/app/{portal.app.slug}/"
            visits.append((mode, *(browser.visit(url, portal.app.heading) for _ in ("launching", "running"))))
    return visits


def memory(portals, counts):
    """Each instance with one open session whose script has run."""
    figures = Figures()
    for mode, portal in portals.items():
        sessions = []
        for count in sorted(counts):
            clients = [portal.new_client() for _ in range(count - len(sessions))]
            at_once(portal.launch, clients)
            for client in clients:
                sessions.append(portal.session(client))
                sessions[-1].rest()
            time.sleep(SETTLING)

            private, proportional = zip(*map(memory_of, portal.instances()))
            spawners = sum(memory_of(process)[1] for process in portal.spawners())
            what = f"{count} with a session each"
            figures.add(mode, f"{what}: private memory of one", "MiB", *private)
            figures.add(mode, f"{what}: proportional memory of one", "MiB", *proportional)
            figures.add(mode, f"{what}: all, and their spawner", "MiB", sum(proportional) + spawners)
        for session in sessions:
            session.close()
        portal.stop_instances()
    yield from figures


def idle(portals, count, seconds=30):
    """Processor time of instances that nobody has open, by the kernel's count in nanoseconds."""
    figures = Figures()
    for mode, portal in portals.items():
        clients = [portal.new_client() for _ in range(count)]
        for first in range(0, count, FEW):
            at_once(portal.launch, clients[first:first + FEW])
        time.sleep(LEARNING)
        began, before = time.perf_counter(), sum(map(scheduled_seconds, portal.instances()))
        time.sleep(seconds)
        used = sum(map(scheduled_seconds, portal.instances())) - before
        figures.add(mode, f"{count} idle: share of one core", "%", 100 * used / (time.perf_counter() - began))
        portal.stop_instances()
    yield from figures


def scheduled_seconds(process):
    tasks = f"/proc/{process}/task"
    total = 0
    for task in os.listdir(tasks):
        with open(f"{tasks}/{task}/schedstat") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def memory_of(process):
    """Private and proportional, in MiB."""
    with open(f"/proc/{process}/smaps_rollup") as file:
        sizes = {line.split()[0]: int(line.split()[1]) / 1024 for line in file if line.endswith("kB\n")}
    return sizes["Private_Clean:"] + sizes["Private_Dirty:"], sizes["Pss:"]


def processor_seconds(process):
    """That it has used so far."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def stolen_seconds():
    """That this machine would have had of its processors, but for others on the same hardware."""
    with open("/proc/stat") as file:
        return int(file.readline().split()[8]) / TICKS


def crowd(portals, count):
    figures = Figures()
    for mode, portal in portals.items():
        began = time.perf_counter()
        at_once(portal.launch, [portal.new_client() for _ in range(count)])
        figures.add(mode, f"{count} clients at once → all ready", "s", time.perf_counter() - began)
        portal.stop_instances()
    yield from figures
