"""People at work in apps of their own, on addresses of their own: see eng/bench."""

import argparse
import contextlib
import http.client
import itertools
import os
import random
import statistics
import sys
import threading
import time

from measures import LEARNING, at_once, memory_of, processor_seconds, stolen_seconds
from portal import APPS, Portal
from streamlit_session import Session

APP = APPS["feature-manager"]
PAGES = ("/admin/running", "/admin/overview", "/admin/")
SAMPLE_EVERY = 15  # seconds, of the portal's memory
IDLE = 4  # minutes after which an app is stopped: more than it takes to open all of them, less than some are away for
WHAT = 44


class Times:
    """Seconds, added by many threads at the same time."""

    def __init__(self):
        self._lock = threading.Lock()
        self.seconds, self.failures = [], []

    @contextlib.contextmanager
    def measured(self):
        began = time.perf_counter()
        try:
            yield
        except Exception as error:  # whatever goes wrong for a person counts
            with self._lock:
                self.failures.append(repr(error))
            raise
        with self._lock:
            self.seconds.append(time.perf_counter() - began)

    def print(self, what):
        part = sorted(self.seconds)
        line = f"{what:{WHAT}}{len(part):>8}"
        if part:
            line += "".join(f"{value * 1000:>10.0f}" for value in (statistics.median(part), part[len(part) * 99 // 100], part[-1]))
        print(f"{line}{len(self.failures):>10}", flush=True)
        for why, number in sorted((why, self.failures.count(why)) for why in set(self.failures))[:5]:
            print(f"    {number} × {why}")


class Person:
    """Has the app open, and acts from time to time until told to go."""

    def __init__(self, session, every, times, going):
        self._session, self._every, self._times, self._going = session, every, times, going
        self._thread = threading.Thread(target=self._act, daemon=True)
        self._thread.start()

    def join(self):
        self._thread.join()

    def _act(self):
        wait = random.uniform(0, self._every)  # not all at once
        with contextlib.closing(self._session), contextlib.suppress(Exception):
            while not self._going.wait(wait):
                with self._times.measured():
                    self._session.press(APP.button)
                wait = self._every


class Admin:
    """Looks at each admin page in turn, once a second."""

    def __init__(self, port):
        self.pages = {page: Times() for page in PAGES}
        self._port, self._ended = port, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self):
        self._ended.set()
        self._thread.join()

    def _look(self):
        for page in itertools.cycle(PAGES):
            if self._ended.wait(1):
                return
            with contextlib.suppress(Exception), self.pages[page].measured():
                self._ask(page)

    def _ask(self, page):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", page)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200 or b"</html>" not in body:
                raise RuntimeError(f"{answer.status} for {page}")


def main():
    options = read_options()
    portal = Portal("Auto", APP, options.port, IdleTimeout=f"00:{IDLE:02}:00")
    try:
        portal.start()
        portal.await_answer("/readyz")
        first = portal.new_client()
        portal.launch(first)
        teaching = portal.session(first)
        time.sleep(LEARNING)
        teaching.close()
        print(f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {options.people} people, "
              f"an action every {options.every} s")
        print(f"{'milliseconds':{WHAT}}{'times':>8}{'median':>10}{'99 %':>10}{'longest':>10}{'failed':>10}")
        people = launched(portal, [portal.new_client() for _ in range(options.people)])
        if options.direct:
            straight(portal, people, options)
        if options.minutes:
            through(portal, people, options)
        if options.soak:
            coming_and_going(portal, people, options)
    finally:
        portal.close()


def launched(portal, clients):
    """The clients, each with an instance of their own."""
    launches = Times()
    with launches.measured():
        at_once(portal.launch, clients)
    launches.print("all apps launched, together")
    return clients


def straight(portal, people, options):
    """The reference: the same apps and the same people, with nothing in between."""
    ports = [port_in(portal.command_of(instance)) for instance in portal.instances()]
    sessions = (Session(port, APP, client) for port, client in zip(ports, people))
    times, spent = at_work(portal, sessions, options.direct * 60, options.every)
    times.print("an action, straight to the app")
    print(spent)


def port_in(command):
    return int(next(word for word in command if word.startswith("--server.port=")).partition("=")[2])


def through(portal, people, options):
    opened = Times()
    sessions = (opened_by(portal, client, opened) for client in people)
    admin = Admin(portal.port)
    times, spent = at_work(portal, sessions, options.minutes * 60, options.every)
    admin.end()
    opened.print("opened, connection to first output")
    times.print("an action, through the portal")
    print(spent)
    for page, times in admin.pages.items():
        times.print(f"{page} meanwhile")
    instances = portal.instances()
    print(f"memory: portal {memory_of(portal.process_id)[0]:.0f} MiB, {len(instances)} apps "
          f"{sum(memory_of(instance)[1] for instance in instances):.0f} MiB")


def at_work(portal, sessions, seconds, every):
    """
    Who has opened the app is at work from then on, as a session that reads nothing for long is closed; the seconds follow.
    Gives the times, and a line that says who used the processors in those seconds.
    """
    times, going = Times(), threading.Event()
    people = [Person(session, every, times, going) for session in sessions]
    before = used(portal)
    time.sleep(seconds)
    parts = [f"{who} {(after - before[who]) / seconds:.2f}" for who, after in used(portal).items()]
    going.set()
    for person in people:
        person.join()
    return times, f"    of {os.cpu_count()} processors: {', '.join(parts)}"


def used(portal):
    """Seconds of processors, by who had them."""
    return {"portal": processor_seconds(portal.process_id), "apps": sum(map(processor_seconds, portal.instances())),
            "this bench": time.process_time(), "other machines": stolen_seconds()}


def coming_and_going(portal, people, options):
    """Each stays for a minute or so, and is away for as long as six, in which the app may be stopped."""
    times, opened, memory = Times(), Times(), []
    ends = time.monotonic() + options.soak * 60

    def sit(client):
        while time.monotonic() < ends:
            with contextlib.suppress(Exception):
                session = opened_anew(portal, client, opened)
                going = threading.Event()
                person = Person(session, options.every, times, going)
                time.sleep(max(0, min(random.uniform(30, 90), ends - time.monotonic())))
                going.set()
                person.join()
            time.sleep(max(0, min(random.uniform(1, 1.5 * IDLE * 60), ends - time.monotonic())))

    threads = [threading.Thread(target=sit, args=(client,), daemon=True) for client in people]
    for thread in threads:
        thread.start()
    while time.monotonic() < ends:
        time.sleep(SAMPLE_EVERY)
        memory.append(memory_of(portal.process_id)[0])
    for thread in threads:
        thread.join()
    opened.print(f"{options.soak} minutes of coming and going: opened")
    times.print("an action meanwhile")
    quarters = [statistics.median(memory[at * len(memory) // 4:(at + 1) * len(memory) // 4] or memory[-1:]) for at in range(4)]
    print("memory of the portal by quarters, MiB: " + ", ".join(f"{quarter:.0f}" for quarter in quarters))


def opened_by(portal, client, times):
    with times.measured():
        return portal.session(client)


def opened_anew(portal, client, times):
    """The page first, which launches the app if it was stopped meanwhile."""
    with times.measured():
        portal.launch(client, path="")
        return portal.session(client)


def read_options():
    parser = argparse.ArgumentParser(prog="eng/bench load", description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    for name, default, what in (
            ("people", 200, "each with an address and an app of their own"), ("every", 5, "seconds between the actions of one"),
            ("direct", 1, "minutes straight to the apps, the reference"), ("minutes", 5, "minutes through the portal"),
            ("soak", 20, "minutes of coming and going"), ("port", 22000, "the first of 350 ports of 127.0.0.1")):
        parser.add_argument(f"--{name}", type=int, default=default, help=what)
    options = parser.parse_args()
    if not 1 <= options.people <= 300 or min(options.every, 1 + options.direct, 1 + options.minutes, 1 + options.soak, options.port) < 1:
        sys.exit("There are from 1 to 300 people, and no negative times.")
    return options


if __name__ == "__main__":
    main()
