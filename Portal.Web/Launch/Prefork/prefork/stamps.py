"""Tells whether what the imports were made from has changed."""

import hashlib
import json
import os
import sys

from prefork.origin import LIBRARIES

OURS = os.path.dirname(os.path.abspath(__file__))
CONFIGURATION = ("config.toml", "secrets.toml")


def packages_stamp():
    """Changes when a package or the interpreter does, or the environment, or the time zone."""
    stamps = [sys.version, file_stamp(sys.executable), file_stamp("/etc/localtime"), sorted(os.environ.items())]
    stamps += [file_stamp(os.path.join(OURS, name)) for name in sorted(os.listdir(OURS)) if name.endswith(".py")]
    for root in sorted(LIBRARIES):
        try:
            stamps.append([root, os.stat(root).st_mtime_ns])
            with os.scandir(root) as entries:
                stamps += sorted(
                    [entry.name, entry.stat().st_mtime_ns]
                    for entry in entries
                    if entry.name.endswith((".dist-info", ".egg-info", ".pth"))
                )
        except OSError:
            pass
    return hashlib.sha256(json.dumps(stamps).encode()).hexdigest()


def folder_stamp(folder):
    """Changes when the app's folder is another one, or Streamlit's configuration there or of the user."""
    files = [os.path.join(place, ".streamlit", name) for place in (folder, os.path.expanduser("~")) for name in CONFIGURATION]
    return [os.path.realpath(folder), identity(folder), *map(file_stamp, files)]


def identity(path):
    """Returns device and inode."""
    try:
        found = os.stat(path)
        return [found.st_dev, found.st_ino]
    except OSError:
        return None


def file_stamp(path):
    """Returns what changes when a file does."""
    try:
        found = os.stat(path)
        return [found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size]
    except OSError:
        return None
