import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "clash_source"))
import lib_constants
import profile

from show import show

show("profile", lambda: (profile.MINE, profile.__file__))
show("library", lambda: (lib_constants.NAME, lib_constants.__file__))
