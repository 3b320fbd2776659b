import os
import subprocess

from show import show

for name, value in sorted(os.environ.items()):
    show(name, lambda: value)
show("bytes", lambda: sorted(os.environb) == sorted(map(os.fsencode, os.environ)))
show("child", lambda: subprocess.run(["env"], capture_output=True, text=True).stdout.splitlines().sort())
show("getenv", lambda: subprocess.run(["sh", "-c", "echo $MPLBACKEND"], capture_output=True, text=True).stdout)
