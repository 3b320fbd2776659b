"""Stands in for what a module may ask for while it is imported, and tells that it did."""

import os
import re
import types


class WatchedList(list):
    def __getitem__(self, key):
        self.tell("it reads its arguments")
        return super().__getitem__(key)

    def __iter__(self):
        self.tell("it reads its arguments")
        return super().__iter__()

    def __len__(self):
        self.tell("it reads its arguments")
        return super().__len__()


class WatchedModule(types.ModuleType):
    def __getattribute__(self, name):
        if name != "__class__":
            WatchedModule.tell("it asks for the main module")
        return super().__getattribute__(name)


class WatchedEnvironment:
    def __init__(self, rehearsal):
        self.rehearsal = rehearsal

    def __enter__(self):
        kind, rehearsal = os._Environ, self.rehearsal
        self.reading, self.walking = kind.__getitem__, kind.__iter__

        def read(environ, key):
            if rehearsal.is_watching:
                data = environ._data.get(environ.encodekey(key))
                rehearsal.report()["reads"].setdefault(os.fsdecode(key), None if data is None else os.fsdecode(data))
            return self.reading(environ, key)

        def walk(environ):
            if rehearsal.is_watching:
                rehearsal.report()["reads"]["*"] = None
            return self.walking(environ)

        kind.__getitem__, kind.__iter__ = read, walk

    def __exit__(self, *_):
        os._Environ.__getitem__, os._Environ.__iter__ = self.reading, self.walking


def added_filters(before, after):
    """What was added, as text; None where that is not all that changed, or cannot be said in text."""
    old = [one for one in after if one in before]
    if old != before:
        return None
    first = after.index(before[0]) if before else len(after)
    added = []
    for place, one in enumerate(after):
        if one not in before:
            action, message, category, module, line = one
            if any(not isinstance(part, (re.Pattern, type(None))) for part in (message, module)):
                return None
            added.append(
                [
                    place < first,
                    action,
                    *[part and [part.pattern, part.flags & ~re.UNICODE] for part in (message, module)],
                    [category.__module__, category.__qualname__],
                    line,
                ]
            )
    return added
