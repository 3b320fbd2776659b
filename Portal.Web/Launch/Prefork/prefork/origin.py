"""Tells the interpreter's own modules from all others."""

import os
import site
import sys
import sysconfig


def _resolved(paths):
    return tuple(dict.fromkeys(os.path.join(os.path.realpath(path), "") for path in paths if path))


# What PYTHONPATH or a .pth file adds may be the app's own and still be edited.
FOLDERS = [
    sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")
] + site.getsitepackages()
if site.ENABLE_USER_SITE:
    FOLDERS.append(site.getusersitepackages())
if hasattr(sys, "_stdlib_dir") and sys._stdlib_dir:
    FOLDERS.append(sys._stdlib_dir)
LIBRARIES = _resolved(FOLDERS)
OUTSIDE = _resolved(path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep))
PACKAGE_FOLDERS = ("site-packages", "dist-packages")
SYSTEM_START = os.path.join(os.path.realpath("/etc"), "python")  # Debian keeps its sitecustomize.py there
_known = {}


def is_library_file(path, script_folder):
    """True for a file of the standard library or of an installed package, wherever links lead to it from."""
    known = _known.get(path)
    if known is None:
        real = os.path.realpath(path) + ("/" if path.endswith("/") else "")
        # An environment may lie in the app's folder, or the app in an environment: the nearest folder decides.
        roots = [*LIBRARIES, *OUTSIDE, os.path.join(os.path.realpath(script_folder), "")]
        nearest = max((root for root in roots if real.startswith(root)), key=len, default="")
        known = _known[path] = nearest in LIBRARIES and nearest not in OUTSIDE or real.startswith(SYSTEM_START)
    return known


def is_library(name, module, script_folder):
    """True where the module, and its package where it is a namespace, is installed with the interpreter."""
    spec = getattr(module, "__spec__", None)
    if spec is None or spec.name != name and sys.modules.get(spec.name) is not module:
        return False
    if spec.origin in ("built-in", "frozen"):
        return True
    if isinstance(spec.origin, str) and spec.has_location:
        return is_library_file(spec.origin, script_folder)
    places = list(spec.submodule_search_locations or ())
    if not places:  # made by a loader of a library's own, as six does
        loader = sys.modules.get(type(spec.loader).__module__)
        return getattr(getattr(loader, "__spec__", None), "has_location", False) and is_library(
            loader.__name__, loader, script_folder
        )
    return bool(places) and all(is_library_file(os.path.join(place, ""), script_folder) for place in places)


def is_standard(module):
    """True for a module of the standard library."""
    spec = getattr(module, "__spec__", None)
    origin = getattr(spec, "origin", None)
    if origin in ("built-in", "frozen"):
        return True
    return (
        isinstance(origin, str)
        and spec.name.partition(".")[0] in sys.stdlib_module_names
        and not any(f"/{folder}/" in origin for folder in PACKAGE_FOLDERS)
    )


def is_library_folder(path, script_folder):
    return is_library_file(os.path.join(path, ""), script_folder)


def are_shadowed(names, folders):
    """Whether one of the folders has a module of such a name."""
    for folder in folders:
        try:
            entries = os.listdir(folder)
        except OSError:
            continue
        for entry in entries:
            top, _, kind = entry.partition(".")
            if top in names and (kind in ("py", "pyc") or kind.endswith("so") or not kind and is_package(folder, top)):
                return True
    return False


def is_package(folder, name):
    return any(os.path.exists(os.path.join(folder, name, "__init__" + end)) for end in (".py", ".pyc"))
