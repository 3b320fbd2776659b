"""An app as people write them: it imports much, and works a little with each."""

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

cells = pd.DataFrame({"cell": range(1000), "load": np.random.default_rng(1).normal(50, 15, 1000)})
chart = alt.Chart(cells).mark_bar().encode(alt.X("load", bin=True), y="count()").to_dict()
picture = Image.fromarray(np.linspace(0, 255, 100 * 100).astype("uint8").reshape(100, 100))

st.title("Heavy")
st.write(f"mean load {cells.load.mean():.1f}, {len(chart)} parts of a chart")
st.image(picture)
