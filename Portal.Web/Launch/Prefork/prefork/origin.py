"""Tells where modules come from, and which packages Streamlit requires."""

import os
import re
import site
import sys
import sysconfig

PACKAGE_FOLDERS = ("/site-packages/", "/dist-packages/")
SYSTEM_START = os.path.join(os.path.realpath("/etc"), "python")  # Debian keeps its sitecustomize.py there

# What the releases of Streamlit require; metadata that a system's packages bring do not name all of it.
REQUIRED = (
    "streamlit altair anyio blinker cachetools click gitpython httptools itsdangerous jinja2 jsonschema numpy packaging pandas "
    "pillow protobuf pyarrow pydeck python-dateutil python-multipart requests rich starlette tenacity toml tornado "
    "typing-extensions tzlocal uvicorn validators watchdog websockets"
).split()

# Import names of distributions whose metadata do not list any.
IMPORT_NAMES = {
    "attrs": ["attr", "attrs"],
    "gitpython": ["git"],
    "pillow": ["PIL"],
    "protobuf": ["google.protobuf"],
    "python-dateutil": ["dateutil"],
    "python-multipart": ["multipart", "python_multipart"],
    "rpds-py": ["rpds"],
}


def _resolved(paths):
    return tuple(dict.fromkeys(os.path.join(os.path.realpath(path), "") for path in paths if path))


def _folders():
    yield from (sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib"))
    yield from site.getsitepackages()
    if site.ENABLE_USER_SITE:
        yield site.getusersitepackages()
    yield getattr(sys, "_stdlib_dir", None)


# What PYTHONPATH or a .pth file adds may be the app's own, and still be edited.
LIBRARIES = _resolved(_folders())
STANDARD = _resolved([sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), getattr(sys, "_stdlib_dir", None)])
OUTSIDE = _resolved(os.environ.get("PYTHONPATH", "").split(os.pathsep))


class Origins:
    """Knows the interpreter's own folders from the app's."""

    def __init__(self, script_folder):
        self.outside = (*OUTSIDE, os.path.join(os.path.realpath(script_folder), ""))
        self.known = {}

    def is_library_file(self, path):
        """True for a file of the standard library or of an installed package, where it lies once links are resolved."""
        known = self.known.get(path)
        if known is None:
            real = os.path.realpath(path) + ("/" if path.endswith("/") else "")
            # An environment may lie in the app's folder, or the app in an environment: the nearest folder decides.
            roots = [root for root in (*LIBRARIES, *self.outside) if real.startswith(root)]
            nearest = max(roots, key=len, default="")
            known = nearest in LIBRARIES and nearest not in self.outside or real.startswith(SYSTEM_START)
            self.known[path] = known
        return known

    def is_library(self, module):
        """True where a module is installed with the interpreter, or was made by one that is."""
        spec = getattr(module, "__spec__", None)
        if spec is None or spec.origin in ("built-in", "frozen"):
            return True
        if isinstance(spec.origin, str) and spec.has_location:
            return self.is_library_file(spec.origin)
        return all(self.is_library_file(os.path.join(place, "")) for place in spec.submodule_search_locations or ())

    @staticmethod
    def is_standard(spec):
        """True for a module of the standard library, whose file is where the interpreter keeps it."""
        if spec is None or spec.origin in ("built-in", "frozen", None):
            return True
        real = os.path.realpath(spec.origin)
        return real.startswith(STANDARD) and not any(folder in real for folder in PACKAGE_FOLDERS)


def is_within(name, packages):
    """True for a package of these, and what is in it."""
    return any(name == package or name.startswith(package + ".") for package in packages)


def required_by_streamlit():
    """Returns the names under which the distributions that Streamlit requires are imported."""
    from importlib import metadata

    found, rest, names = set(), list(REQUIRED), {"streamlit"}
    while rest:
        name = re.sub(r"[-_.]+", "-", rest.pop()).lower()
        if name in found:
            continue
        found.add(name)
        known = IMPORT_NAMES.get(name) or [name.replace("-", "_")]
        try:
            distribution = metadata.distribution(name)
        except (metadata.PackageNotFoundError, ValueError):
            names.update(known)
            continue
        needed = [line for line in distribution.requires or () if "extra" not in line.partition(";")[2]]
        rest += [re.match(r"\s*([\w.-]+)", line)[1] for line in needed]
        listed = (distribution.read_text("top_level.txt") or "").split()
        names.update(known if name in IMPORT_NAMES or not listed else listed)
    return names


def are_shadowed(names, folders):
    """True where one of the folders has a module of such a name."""
    for folder in folders:
        try:
            entries = os.listdir(folder or ".")
        except OSError:
            continue
        for entry in entries:
            top, _, kind = entry.partition(".")
            if top in names and (kind in ("py", "pyc") or kind.endswith("so") or not kind and _is_package(folder, top)):
                return True
    return False


def _is_package(folder, name):
    return any(os.path.exists(os.path.join(folder, name, "__init__" + end)) for end in (".py", ".pyc"))
