import inspect
import os
import resource
import sys
import time

PID, ARGUMENTS, MAIN = os.getpid(), list(sys.argv), sys.modules["__main__"]
LIMIT, STARTED = resource.getrlimit(resource.RLIMIT_NOFILE), time.time()
CALLERS = [frame.function for frame in inspect.stack()][:9]
