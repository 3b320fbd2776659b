import logging

NAME = "logs"
logging.getLogger(__name__).debug("imported")
