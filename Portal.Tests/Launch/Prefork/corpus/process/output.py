import os
import subprocess
import sys

from show import show

print("printed")
print("to stderr", file=sys.stderr)
os.write(1, b"raw\n")
subprocess.run(["echo", "of a child"])
sys.stdout.buffer.write(b"of the buffer\n")
sys.stdout.flush()
sys.__stderr__.write("of the original\n")
print("\u00e4 \ud55c\uad6d\uc5b4")
for name in ("stdin", "stdout", "stderr"):
    file = getattr(sys, name)
    show(
        name,
        lambda: (
            file.encoding,
            file.errors,
            file.line_buffering,
            file.write_through,
            file.fileno(),
            file.name,
            file.mode,
        ),
    )
    show(name + " original", lambda: getattr(sys, f"__{name}__") is file)
show("read", sys.stdin.read)
