import os

import numpy
import pandas
import streamlit as st

from show import show

show("product", lambda: float((numpy.ones((300, 300)) @ numpy.ones((300, 300))).sum()))
show("singular", lambda: numpy.round(numpy.linalg.svd(numpy.arange(6.0).reshape(2, 3))[1], 9).tolist())
show("settings", lambda: (numpy.geterr(), numpy.get_printoptions()))
show("variable", lambda: os.environ.get("OPENBLAS_NUM_THREADS"))
frame = pandas.DataFrame({"a": [1, 2], "b": ["x", None]})
show("frame", lambda: (frame.describe().to_csv(), frame.groupby("b").sum().to_json()))
show("options", lambda: (pandas.get_option("display.max_rows"), pandas.get_option("mode.chained_assignment")))
show("dates", lambda: pandas.date_range("2026-01-01", periods=3, tz="Asia/Seoul").tolist())
st.write(numpy.arange(3))
