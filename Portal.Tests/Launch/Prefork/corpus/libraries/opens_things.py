import os
import threading

import lib_opens_file
import lib_opens_pipe
import lib_opens_socket
import lib_starts_thread

from show import show

show("file", lambda: (lib_opens_file.FILE.closed, os.path.exists(lib_opens_file.FILE.name)))
show("RANDOM file", lambda: lib_opens_file.FILE.name)
show("pipe", lambda: (os.write(lib_opens_pipe.ENDS[1], b"x"), os.read(lib_opens_pipe.ENDS[0], 9)))
show("socket", lambda: (lib_opens_socket.PAIR[0].send(b"x"), lib_opens_socket.PAIR[1].recv(9)))
show(
    "RANDOM socket",
    lambda: (os.fstat(lib_opens_socket.PAIR[0].fileno()).st_ino, os.fstat(lib_opens_pipe.ENDS[0]).st_ino),
)
show("thread", lambda: [thread.name for thread in threading.enumerate() if thread.name == "corpus"])
lib_opens_file.FILE.close()
show("alive", lambda: lib_starts_thread.THREAD.is_alive())
