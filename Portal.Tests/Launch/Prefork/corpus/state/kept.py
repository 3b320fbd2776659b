import time

import streamlit as st

from show import show


@st.cache_resource
def resource():
    print("made a resource", flush=True)
    return object()


@st.cache_data(ttl=60)
def data(number):
    print("made data", flush=True)
    return [number, time.time() > 0]


show("same", lambda: resource() is resource())
show("data", lambda: (data(1), data(1)))
st.session_state.count = st.session_state.get("count", 0) + 1
show("count", lambda: st.session_state.count)
st.button("again")
st.slider("number", 0, 9)
