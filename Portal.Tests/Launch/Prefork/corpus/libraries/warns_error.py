import warnings

warnings.simplefilter("error")
from show import show

show("error", lambda: __import__("lib_warns"))
