"""What is known of a module's import, without what it imports in turn:

    why      what keeps it from being shared; None where nothing does
    source   its file, and that file's stamp
    uses     the modules that it imports        missing  those that it looks for in vain
    reads    environment variables and their values; "*" for all of them        sets   those that it changes
    filters  what it adds to the filters of warnings        files    what it looks at outside of the libraries
    at_exit  functions that it has called at exit           finders  True where it adds a finder of modules
    native   True for machine code of a package
    touches  other modules that it changes            warns, logs    True where it issues warnings or log records
"""

EMPTY = {
    "why": None,
    "source": None,
    "uses": [],
    "missing": [],
    "reads": {},
    "sets": {},
    "filters": [],
    "files": {},
    "at_exit": [],
    "finders": False,
    "native": False,
    "touches": [],
    "warns": False,
    "logs": False,
}
