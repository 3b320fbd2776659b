import os
import sys

import lib_space.installed

from show import show

show("installed", lambda: (lib_space.installed.NAME, list(lib_space.__path__)))
sys.path.append(os.path.join(os.path.dirname(__file__), "spaces_source"))
import lib_space.local

show("local", lambda: (lib_space.local.NAME, list(lib_space.__path__), lib_space.__spec__.origin))
