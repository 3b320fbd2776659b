import os

import streamlit as st

from show import show

show("secret", lambda: st.secrets["word"])
show("environment", lambda: os.environ.get("word"))
for name in (
    "theme.base",
    "server.port",
    "server.headless",
    "client.toolbarMode",
    "browser.gatherUsageStats",
    "logger.level",
):
    show(name, lambda: st.get_option(name))
