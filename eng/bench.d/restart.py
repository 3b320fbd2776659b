"""Restarts of a portal while people work: how soon is it back, and does everybody find what they left?"""

import concurrent.futures
import signal
import time

from figures import Figures
from measures import at_once
from websocket import Closed

SIGNALS = {"TERM": signal.SIGTERM, "KILL": signal.SIGKILL}


def restarts(portals, bare, count, rounds):
    """
    Each instance of the portals has a session that somebody has changed, and that reconnects as soon as the portal
    answers. Bare portals, which have no instances, are restarted in between, to compare.
    """
    figures = Figures()
    people = {mode: at_work(portal, count) for mode, portal in portals.items()}
    for _ in range(rounds):
        for mode, portal in portals.items():
            figures.add_times(mode, without_people(bare[mode]))
            for name, how in SIGNALS.items():
                figures.add_times(mode, {f"{name}: signal → portal has ended": stop(portal, how)})
                times, adopted, people[mode] = with_people(portal, count, people[mode])
                figures.add_times(mode, {f"{name}: {what}": took for what, took in times.items()})
                figures.add(mode, f"{name}: instances not adopted, together", "", count - adopted)
                figures.add(mode, f"{name}: sessions lost, together", "", people[mode].count(None))
                people[mode] = [session for session in people[mode] if session]
    for mode, portal in portals.items():
        for session in people[mode]:
            session.close()
        portal.stop_instances()
    yield from figures


def stop(portal, how):
    began = time.perf_counter()
    portal.stop(how)
    return time.perf_counter() - began


def without_people(portal):
    portal.stop()
    began = portal.start()
    portal.await_answer("/healthz")
    answered = time.perf_counter()
    portal.await_answer("/readyz")
    return {"no instances: start → it answers": answered - began,
            "no instances: start → /readyz": time.perf_counter() - began}


def with_people(portal, count, people):
    """Times; how many instances were adopted; and the sessions that people have now, None for one that is lost."""
    began = portal.start()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        ready = pool.submit(time_of_ready, portal)
        while portal.adopted() < count and not portal.answers("/healthz"):
            time.sleep(0.005)
        adopted = time.perf_counter()
        portal.await_answer("/healthz")
        answered = time.perf_counter()
        people = at_once(lambda session: resumed(portal, session), people)
        times = {
            f"start → {count} instances adopted": adopted - began,
            "start → it answers": answered - began,
            f"start → {count} sessions resumed": time.perf_counter() - began,
            "start → /readyz": ready.result() - began,
        }
    return times, portal.adopted(), people


def at_work(portal, count):
    clients = [portal.new_client() for _ in range(count)]
    at_once(portal.launch, clients)
    return [person(portal, client) for client in clients]


def time_of_ready(portal):
    portal.await_answer("/readyz")
    return time.perf_counter()


def person(portal, client):
    """A session whose state somebody has changed, and who looks at it."""
    session = portal.session(client)
    session.press(portal.app.button)
    if not session.shows(portal.app.pressed):
        raise RuntimeError(f"{portal.app.slug} does not say {portal.app.pressed!r} after {portal.app.button!r}")
    session.rest()
    return session


def resumed(portal, before):
    """The same session over a new connection; None where it or its state is lost."""
    before.close()
    try:
        session = portal.session(before.client, before.id)
    except (Closed, OSError):
        return None
    if session.id == before.id and session.shows(portal.app.pressed):
        session.rest()
        return session
    session.close()
    return None
