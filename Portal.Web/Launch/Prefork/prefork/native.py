"""Looks into the machine code of packages, whose reading of the environment cannot be watched."""

import mmap
import os

from prefork.origin import LIBRARIES

BLAS = ("OPENBLAS_", "OMP_", "MKL_", "GOTO", "BLIS_")


def mentions(name, variables):
    """Whether the machine code of a module's package, or the libraries that it comes with, hold such a name."""
    top = name.partition(".")[0]
    for root in LIBRARIES:
        for folder in (top, top + ".libs"):
            for where, _, files in os.walk(os.path.join(root, folder)):
                for file in files:
                    if ".so" in file and holds(os.path.join(where, file), variables):
                        return True
    return top in ("numpy", "scipy") and any(variable.startswith(BLAS) for variable in variables)


def holds(path, names):
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return any(content.find(os.fsencode(name)) >= 0 for name in names)
    except (OSError, ValueError):
        return False
