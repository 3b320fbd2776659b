import builtins
from json import dumps

TEXT = dumps([1])


def look():
    return hasattr(builtins, "corpus_made")
