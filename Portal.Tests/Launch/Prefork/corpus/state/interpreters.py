from show import show

try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

import lib_constants

CODE = """
import decimal, json, lib_constants, sys
assert lib_constants.NAME == "constants"
lib_constants.NAME = "its own"
"""


def run():
    one = interpreters.create()
    try:
        return interpreters.run_string(one, CODE)
    finally:
        interpreters.destroy(one)


show("run", run)
show("ours", lambda: lib_constants.NAME)
