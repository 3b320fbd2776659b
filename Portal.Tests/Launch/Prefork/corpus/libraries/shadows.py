from show import show

try:
    import lib_asks_session

    show("session", lambda: lib_asks_session.HAS_SESSION)
except ImportError as error:
    show("error", lambda: error)
