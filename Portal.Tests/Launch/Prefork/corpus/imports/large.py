import lib_large
import large_local

from show import show

show("library", lambda: (lib_large.f999(), len(vars(lib_large)) > 1000))
show("local", lambda: large_local.total())
