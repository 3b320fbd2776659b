"""Reports what an app finds, as a line of its page."""
import re

import streamlit as st


def show(name, look):
    try:
        found = look()
    except BaseException as error:
        found = f"{type(error).__name__}: {error}"
    st.text(f"{name} = {re.sub('0x[0-9a-f]+', '0x', str(found))}")
