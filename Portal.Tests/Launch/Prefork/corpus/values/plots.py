import os

import streamlit as st

from show import show

show("backend", lambda: os.environ.get("MPLBACKEND"))
try:
    import matplotlib
    import matplotlib.pyplot
except ImportError as error:
    show("missing", lambda: error)
else:
    figure, axes = matplotlib.pyplot.subplots()
    axes.plot([1, 2, 3])
    st.pyplot(figure)
    show("matplotlib", lambda: (matplotlib.get_backend(), matplotlib.is_interactive()))
