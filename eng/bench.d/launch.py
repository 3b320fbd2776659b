"""Direct against prefork, through the real portal: see eng/bench."""

import argparse
import contextlib
import itertools
import signal
import sys

import browser
import figures
import measures
import restart
from portal import APPS, PORTS, Portal, use_streamlit

MODES = ("Direct", "Prefork")
MOST = 200  # of anything: the ports reach no further
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main():
    options = read_options()
    use_streamlit(options.streamlit)
    for number in STOPS:
        signal.signal(number, stop)
    if options.browser and not browser.PROGRAM:
        print("There is no chromium here: what it would show is left out.", file=sys.stderr)
        options.browser = 0

    figures.print_head(options.modes)
    for slug in options.apps:
        figures.print_app(slug)
        for what, unit, values in measure(APPS[slug], options):
            figures.print_figure(options.modes, what, unit, values)


def measure(app, options):
    with contextlib.ExitStack() as stack:
        ports = itertools.count(options.port, PORTS)
        portals = prepared(app, options.modes, ports, stack)
        if options.launches:
            yield from measures.times(portals, options.launches)
        if options.browser:
            with contextlib.closing(browser.Browser()) as chromium:
                chromium.start()
                yield from measures.browser_times(portals, chromium, options.browser)
        if options.counts:
            yield from measures.memory(portals, options.counts)
        if options.crowd:
            yield from measures.crowd(portals, options.crowd)
        if options.idle:
            yield from measures.idle(portals, options.idle)
        if options.restarts and app.button:
            bare = prepared(app, options.modes, ports, stack)
            yield from restart.restarts(portals, bare, options.kept, options.restarts)


def prepared(app, modes, ports, stack):
    """A portal for each mode, closed with the stack."""
    portals = {}
    for mode in modes:
        portals[mode] = Portal(mode, app, next(ports))
        stack.callback(portals[mode].close)
        measures.prepare(portals[mode])
    return portals


def read_options():
    parser = argparse.ArgumentParser(
        prog="eng/bench launch", formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description="Direct against prefork in one run. All of it takes a quarter of an hour and 6 GB of memory.")
    add = parser.add_argument
    add("--launches", type=at_least(0), default=10, metavar="N", help="launches one after the other; 0 for none")
    add("--browser", type=at_least(0), default=10, metavar="N",
        help="visits in Chromium, each with a new profile; 0 for none")
    add("--counts", type=at_least(1), nargs="*", default=[1, 10, 50], metavar="N",
        help="numbers of instances whose memory is measured; nothing for none")
    add("--crowd", type=at_least(0), default=50, metavar="N", help="clients that come at once; 0 for none")
    add("--idle", type=at_least(0), default=50, metavar="N",
        help="instances whose processor time is measured while nobody uses them; 0 for none")
    add("--streamlit", choices=["1.62", "1.31"], default="1.62", help="what eng/streamlit --version provides")
    add("--restarts", type=at_least(0), default=3, metavar="N",
        help="restarts by TERM, and as many by KILL, of a portal whose instances run on; sample app only; 0 for none")
    add("--kept", type=at_least(1), default=50, metavar="N", help="instances that run on over a restart")
    add("--port", type=int, default=15000, help=f"first of {2 * PORTS * len(MODES)} free ports")
    add("--apps", nargs="+", default=list(APPS), choices=list(APPS), metavar="APP", help=" or ".join(APPS))
    add("--modes", nargs="+", default=list(MODES), choices=MODES, metavar="MODE", help=" or ".join(MODES))
    return parser.parse_args()


def at_least(least):
    def number(text):
        if not text.isdecimal() or not least <= int(text) <= MOST:
            raise argparse.ArgumentTypeError(f"a number from {least} to {MOST}, not {text}")
        return int(text)
    return number


def stop(*_):
    """Everything is put away on the way out, which nothing is to disturb."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)
    sys.exit("stopped")


if __name__ == "__main__":
    main()
