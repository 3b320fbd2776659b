import logging

from show import show

show("before", lambda: len(logging.root.handlers))
import lib_handler

show("after", lambda: (len(logging.root.handlers), logging.root.level, lib_handler.NAME))
logging.getLogger("corpus").warning("through the handler")
