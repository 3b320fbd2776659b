"""An app that imports much and does little with it: what is measured is the way it is started."""

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

cells = pd.DataFrame({"cell": range(1000), "load": np.random.default_rng(1).normal(50, 15, 1000)})
picture = Image.new("RGB", (40, 40), "teal")

st.title("Heavy")
st.write(f"mean load {cells.load.mean():.1f}, a picture of {picture.width} pixels, Altair {alt.__version__}")
