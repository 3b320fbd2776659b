import altair
import pandas
import streamlit as st

st.title("Title")
st.sidebar.selectbox("choice", ["a", "b"])
st.columns(2)[0].metric("metric", 1, 2)
st.json({"a": [1, 2]})
st.code("x = 1")
st.exception(ValueError("given"))
with st.expander("more"):
    st.text_input("text")
st.tabs(["one", "two"])
st.markdown("*emphasis*")
st.text(altair.Chart(pandas.DataFrame({"x": [1], "y": [2]})).mark_bar().encode(x="x", y="y").to_dict()["mark"])
st.map if hasattr(st, "map") else None
