import sys

import lib_package.part

from show import show

show("first", lambda: lib_package.part.VALUE)
sys.path.insert(0, __file__.rpartition("/")[0] + "/clash_source")
import lib_user

show("user", lambda: (lib_user.NAME, sys.modules["lib_constants"].__file__))
