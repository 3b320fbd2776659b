import os

from show import show

show("before", lambda: os.environ.get("CORPUS_SET"))
import lib_sets_environment

show("after", lambda: (os.environ.get("CORPUS_SET"), os.environ.get("CORPUS_DEFAULT"), lib_sets_environment.NAME))
