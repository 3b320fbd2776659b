"""Shows a table, a chart and a map: by Streamlit's own elements where pyarrow is there, else by text and a picture.

Here and nowhere else is decided which: pages call these functions.
"""

import streamlit as st

import site_map
from texts import escape

try:
    import pyarrow

    HAS_ARROW = hasattr(pyarrow, "RecordBatch")  # false for a stand-in, as eng/streamlit installs offline
except ImportError:
    HAS_ARROW = False


def table(columns, rows):
    """`columns`: a heading for each; `rows`: a list of values for each."""
    if HAS_ARROW:
        st.dataframe(_frame(columns, rows), hide_index=True)
        return
    lines = [columns, ["---" if index == 0 else "---:" for index in range(len(columns))], *rows]
    st.markdown("\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines))


def bars(label, unit, values):
    """`values`: a number for each name."""
    if HAS_ARROW:
        st.bar_chart(_frame([label, unit], values.items()), x=label, y=unit)
        return
    for name, value in values.items():
        st.progress(min(value, 100), text=f"{name}: {value} {unit}")


def sites(shown, caption):
    if HAS_ARROW:
        st.map(_places(shown), latitude="latitude", longitude="longitude", color="colour", size=4000)
    else:
        st.image(site_map.draw(shown), caption=caption, output_format="PNG")


def _cell(value):
    return value if value in ("---", "---:") else escape(str(value))


def _frame(columns, rows):
    import pandas

    return pandas.DataFrame(list(rows), columns=columns)


@st.cache_data(show_spinner=False)
def _places(shown):
    return _frame(
        ["latitude", "longitude", "colour"],
        [(site.latitude, site.longitude, "#%02x%02x%02x" % site_map.colour(site.load)) for site in shown],
    )
