"""A long page with everything at its edges: a sidebar, an image with a fullscreen view, a dialog, a last line, a chat input."""

import streamlit as st
from PIL import Image

st.set_page_config(page_title="Layout", layout=st.query_params.get("layout", "centered"))
with st.sidebar:
    for number in range(40):
        st.write(f"Sidebar line {number}")
    st.button("Sidebar end")

if hasattr(st, "dialog"):

    @st.dialog("A dialog")
    def ask():
        st.write("In the dialog")
        st.button("Answer")

    if st.button("Open dialog"):
        ask()

st.image(Image.new("RGB", (400, 200), "steelblue"))
for number in range(60):
    st.write(f"Line {number}")
presses = st.session_state.get("presses", 0)
if st.button("Last button"):
    presses = st.session_state["presses"] = presses + 1
st.write(f"Last line, presses: {presses}")
if "plain" not in st.query_params and (said := st.chat_input("Say something")):
    st.write(f"Said: {said}")
