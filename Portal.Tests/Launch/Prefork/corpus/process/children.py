import concurrent.futures
import multiprocessing
import subprocess
import sys

import children_work
from show import show

CODE = "import sys, os; print(sys.path, sys.argv, sorted(os.environ))"


def one(method, function, argument):
    with multiprocessing.get_context(method).Pool(1) as pool:
        return pool.apply_async(function, [argument]).get(60)


def in_executor():
    with concurrent.futures.ProcessPoolExecutor(1) as executor:
        return list(executor.map(children_work.double, [1, 2], timeout=60))


if __name__ == "__main__":  # what is spawned executes the script as well
    show("methods", multiprocessing.get_all_start_methods)
    show("method", lambda: multiprocessing.get_start_method(allow_none=True))
    show("process", lambda: (multiprocessing.current_process().name, multiprocessing.parent_process()))
    for method in ("fork", "spawn", "forkserver"):
        show(method, lambda: one(method, children_work.double, 4))
        show(method + " main", lambda: one(method, children_work.main, None))
    show("executor", in_executor)
    show("python", lambda: subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True).stdout)
