"""What was measured, and the table of it."""

import os
import statistics
import time

WHAT, CELL = 62, 24
DIGITS = {"s": 3, "MiB": 1, "%": 1}


class Figures:
    """What, its unit (none for what is counted), and a list of values for each mode; in the order of adding."""

    def __init__(self):
        self._values = {}

    def __iter__(self):
        for (what, unit), values in self._values.items():
            yield what, unit, values

    def add(self, mode, what, unit, *values):
        self._values.setdefault((what, unit), {}).setdefault(mode, []).extend(values)

    def add_times(self, mode, times):
        for what, seconds in times.items():
            self.add(mode, what, "s", seconds)


def print_head(modes):
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} processors, {memory:.0f} GiB, {_load()}")
    print(f"{'median (lowest–highest)':{WHAT}}" + "".join(f"{mode.lower():>{CELL}}" for mode in modes)
          + _ratio_cell(modes, "ratio"))


def print_app(slug):
    """With the load, as what else the machine does comes and goes."""
    print(f"\n{slug} ({_load()})", flush=True)


def print_figure(modes, what, unit, values):
    first, last = (statistics.median(values[mode]) for mode in (modes[0], modes[-1]))
    ratio = f"{first / last:.1f} ×" if unit else ""
    line = f"  {what + (', ' + unit if unit else ''):{WHAT - 2}}"
    line += "".join(f"{_cell(values[mode], unit):>{CELL}}" for mode in modes) + _ratio_cell(modes, ratio)
    print(line.rstrip(), flush=True)


def _cell(values, unit):
    if not unit:
        return str(sum(values))
    digits = DIGITS[unit]
    median = f"{statistics.median(values):.{digits}f}"
    return median if len(values) == 1 else f"{median} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def _ratio_cell(modes, text):
    return f"{text:>9}" if len(modes) > 1 else ""


def _load():
    return f"load {os.getloadavg()[0]:.1f}"
