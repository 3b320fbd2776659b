import fcntl
import os

from show import show


def files():
    for number in sorted(map(int, os.listdir("/proc/self/fd"))):
        try:
            link = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
        if number < 3:
            yield number, os.path.basename(link).lstrip("0123456789"), fcntl.fcntl(
                number, fcntl.F_GETFL
            ), os.get_inheritable(number)


show("files", lambda: list(files()))
show("folder", os.getcwd)
show("terminal", lambda: [os.isatty(number) for number in range(3)])
with open("files-made", "w"):
    show("mode", lambda: oct(os.stat("files-made").st_mode))
os.unlink("files-made")
