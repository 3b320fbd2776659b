import lib_reads_environment

from show import show

show("read", lambda: (lib_reads_environment.VALUE, lib_reads_environment.ALL))
