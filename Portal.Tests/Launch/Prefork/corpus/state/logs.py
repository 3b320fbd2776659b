import logging

from show import show


def look(logger):
    return (
        logger.name,
        logger.level,
        logger.propagate,
        logger.disabled,
        [(type(one).__name__, one.level) for one in logger.handlers],
    )


show("root", lambda: look(logging.root))
for name in ("streamlit", "py.warnings", "tornado", "uvicorn", "uvicorn.error", "asyncio", "PIL", "urllib3"):
    show(name, lambda: look(logging.getLogger(name)))
show("whole", lambda: (logging.raiseExceptions, logging.root.manager.disable, logging.getLoggerClass().__name__))
logging.getLogger("mine").error("an error")
logging.getLogger("mine").info("not to be seen")
logging.warning("a warning of the root")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("mine").exception("with its traceback")
