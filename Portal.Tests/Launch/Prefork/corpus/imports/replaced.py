import builtins
import json
import sys
import types

stand_in = types.ModuleType("lib_constants")
stand_in.NAME = "a stand-in"
sys.modules["lib_constants"] = stand_in
dumps = json.dumps
json.dumps = lambda value: "of the script"
import lib_dumps
import lib_user

from show import show

show("stand-in", lambda: lib_user.NAME)
show("function", lambda: lib_dumps.TEXT)
json.dumps = dumps
builtins.corpus_made = True
show("builtins", lambda: lib_dumps.look())
