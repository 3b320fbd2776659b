import inspect
import linecache
import sys

import lib_constants
import streamlit as st

from show import show


def function(a, b=1):
    """Its text."""
    return a + b


class Thing:
    def method(self):
        return 1


show("function", lambda: inspect.getsource(function))
show("class", lambda: inspect.getsource(Thing))
show("file", lambda: (inspect.getfile(function), inspect.getmodule(function), Thing.__module__))
show(
    "library",
    lambda: (
        inspect.getsource(lib_constants),
        inspect.getsourcefile(lib_constants),
        linecache.getline(lib_constants.__file__, 1),
    ),
)
show("streamlit", lambda: len(inspect.getdoc(st.write)))
show("main", lambda: len(inspect.getsource(sys.modules["__main__"])))
with st.echo():
    x = 1 + 1
st.help(function)
