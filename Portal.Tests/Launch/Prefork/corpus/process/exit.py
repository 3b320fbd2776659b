import atexit
import weakref

import lib_at_exit
import streamlit as st

from show import show


@st.cache_resource
def register():
    atexit.register(print, "at exit: of the script", flush=True)


class Held:
    pass


register()
held = Held()
st.session_state.held = held
weakref.finalize(held, print, "finalized", flush=True)
show("library", lambda: lib_at_exit.NAME)
