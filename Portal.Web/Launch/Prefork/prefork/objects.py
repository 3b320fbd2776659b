"""Looks for what each process must have of its own, wherever it is kept."""

import gc
import mmap
import random
import sys
import threading
import types

COMMON = {dict, tuple, list, set, types.FunctionType}


class Objects:
    """Of those that were made since the last time; older ones are frozen."""

    def __init__(self):
        self.locals = []

    def faults(self, module):
        generators = self.generators(module)
        for one in gc.get_objects():
            kind = type(one)
            if kind in COMMON:
                continue
            if issubclass(kind, generators) and kind is not random.SystemRandom and one is not random._inst:
                yield "it holds a generator of random numbers"
            elif issubclass(kind, threading.local):
                self.locals.append((one, len(vars(one))))
            elif issubclass(kind, mmap.mmap):
                yield "it maps memory"
        for number, (one, size) in enumerate(self.locals):
            if len(vars(one)) != size:
                yield "it sets something for this thread alone"
                self.locals[number] = (one, len(vars(one)))
        gc.freeze()

    @staticmethod
    def generators(module):
        arrays = sys.modules.get("numpy.random")
        if not hasattr(arrays, "BitGenerator") or module.startswith("numpy.random"):
            return (random.Random,)  # NumPy's own is seeded again in each instance
        return random.Random, arrays.Generator, arrays.RandomState, arrays.BitGenerator
