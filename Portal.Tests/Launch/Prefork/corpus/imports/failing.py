import traceback

from show import show

for name in ("no_such_module", "lib_fails", "lib_package.no_such_part"):
    try:
        __import__(name)
    except Exception:
        show(name, traceback.format_exc)
raise RuntimeError("not caught")
