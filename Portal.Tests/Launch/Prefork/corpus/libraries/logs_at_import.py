import logging

logging.basicConfig(level=logging.DEBUG, format="%(levelname)s %(name)s %(message)s")
import lib_logs

from show import show

show("imported", lambda: lib_logs.NAME)
logging.root.handlers.clear()
