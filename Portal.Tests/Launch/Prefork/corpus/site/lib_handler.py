import logging

NAME = "handler"
logging.basicConfig(level=logging.INFO, format="handled %(message)s")
