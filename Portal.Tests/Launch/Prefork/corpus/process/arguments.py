import sys

from show import show

for name in (
    "argv",
    "orig_argv",
    "path",
    "flags",
    "executable",
    "prefix",
    "warnoptions",
    "meta_path",
    "path_hooks",
):
    show(name, lambda: getattr(sys, name))
main = sys.modules["__main__"]
show("main", lambda: (main.__name__, main.__file__, main.__spec__, main.__package__, main.__loader__))
show("names", lambda: sorted(vars(main)))
show("own", lambda: (__name__, __file__, main.__dict__ is globals()))
