"""Stands in for pyarrow, which Debian does not package, so that `import streamlit` works.

Streamlit only asks whether a value is one of these. Nothing ever is: dataframes and charts need the real library.
"""

__version__ = "0.0.0"


class Array: ...


class ChunkedArray: ...


class Schema: ...


class Table: ...
