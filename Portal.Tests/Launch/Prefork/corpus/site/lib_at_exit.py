import atexit

NAME = "at exit"
atexit.register(print, "at exit: of the library", flush=True)


@atexit.register
def end():
    print("at exit: a function of the library", flush=True)
