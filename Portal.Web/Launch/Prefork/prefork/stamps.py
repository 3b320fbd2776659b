"""Tells whether what the imports were made from has changed."""

import json
import os
import sys
import time

from prefork.origin import LIBRARIES

OURS = os.path.dirname(os.path.abspath(__file__))


def environment_stamp():
    """Changes when a package or the interpreter does."""
    stamps = [sys.version, os.stat(sys.executable).st_mtime_ns, os.uname().nodename, time.localtime().tm_year]
    stamps += [
        file_stamp(path)
        for path in (
            "/etc/localtime",
            *sorted(os.path.join(OURS, name) for name in os.listdir(OURS) if name.endswith(".py")),
        )
    ]
    for root in sorted(LIBRARIES):
        try:
            stamps.append([root, os.stat(root).st_mtime_ns])
            with os.scandir(root) as entries:
                stamps += sorted(
                    [entry.name, entry.stat().st_mtime_ns]
                    for entry in entries
                    if entry.name.endswith((".dist-info", ".egg-info"))
                )
        except OSError:
            pass
    return json.dumps(stamps)


def file_stamp(path):
    try:
        found = os.stat(path)
        return [found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size]
    except OSError:
        return None
