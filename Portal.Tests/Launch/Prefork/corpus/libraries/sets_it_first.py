import os

os.environ["CORPUS_DEFAULT"] = "of the script"
os.environ["CORPUS_READ"] = "of the script"
import lib_reads_environment
import lib_sets_environment

from show import show

show("environment", lambda: (os.environ["CORPUS_DEFAULT"], os.environ["CORPUS_SET"], lib_sets_environment.NAME))
show("read", lambda: (lib_reads_environment.VALUE, lib_reads_environment.ALL))
