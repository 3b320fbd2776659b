"""The second page: load by region, and notes to sites."""

import streamlit as st

import figures
import network
from texts import escape


@st.cache_data(show_spinner=False)
def mean_load():
    """Counted once for all sessions: the network does not change."""
    loads = {region: [site.load for site in network.SITES if site.region == region] for region in network.REGIONS}
    return {region: round(sum(values) / len(values)) for region, values in loads.items()}


def show(t, who):
    st.title(t("report"))
    st.caption(escape(t("signed_in", who=who.name, pid=who.process)))
    st.subheader(t("load_by_region"))
    figures.bars(t("region"), "%", {t(region): load for region, load in mean_load().items()})
    _notes(t)
    st.caption(escape(t("address", address=who.address)))


def _notes(t):
    st.subheader(t("notes"))
    notes = st.session_state.setdefault("notes", [])
    with st.form("note", clear_on_submit=True):
        site = st.selectbox(t("site"), [site.name for site in network.SITES])
        text = st.text_input(t("note"))
        if st.form_submit_button(t("add_note")) and text:
            notes.append((site, text))
    for site, text in notes:
        st.markdown(f"- {site}: {escape(text)}")
