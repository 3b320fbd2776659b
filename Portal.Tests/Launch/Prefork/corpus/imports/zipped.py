import os
import sys
import zipfile

from show import show

path = f"zipped-{os.getpid()}.zip"
with zipfile.ZipFile(path, "w") as file:
    file.writestr("zipped_module.py", "NAME = 'in the archive'\n")
    file.writestr("lib_constants.py", "NAME = 'in the archive'\n")
sys.path.insert(0, path)
import lib_constants
import zipped_module

show("module", lambda: (zipped_module.NAME, type(zipped_module.__loader__).__name__))
show("library", lambda: (lib_constants.NAME, type(lib_constants.__loader__).__name__))
os.unlink(path)
