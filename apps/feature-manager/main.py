"""A small 5G feature manager, and the example of how to write an app for the portal: see ../README.md."""

import csv
import io
from datetime import datetime

import streamlit as st

import file_check
import figures
import network
import report
import visitor
from texts import escape, translator

ANY = ""
ON_OFF = {False: "off", True: "on"}
SHOWN_CHANGES = 10

who = visitor.current()
t = translator(who.languages)
state = st.session_state
state.setdefault("features", network.features_at_start())
state.setdefault("changes", [])
state.setdefault("alarm_checks", 0)


def switch(site, feature):
    """Runs before the script does when a toggle was pressed."""
    before = state.features[site][feature]
    after = state[f"{site}/{feature}"]
    state.features[site][feature] = after
    time = datetime.now().astimezone().isoformat(timespec="seconds")
    state.changes.append((time, who.name, site, feature, ON_OFF[before], ON_OFF[after]))


def count_alarm_check():
    state.alarm_checks += 1


def filters():
    with st.sidebar:
        st.header(t("filters"))
        words = st.text_input(t("filter_features"), placeholder="Massive MIMO")
        region = st.selectbox(t("region"), [ANY, *network.REGIONS], format_func=lambda key: t(key) if key else t("all"))
        load = st.slider(t("minimum_load"), 0, 100, 0, step=5)
    sites = [site for site in network.SITES if region in (ANY, site.region) and site.load >= load]
    return sites, words.casefold()


def overview(sites):
    on = sum(sum(state.features[site.name].values()) for site in sites)
    values = {
        "sites": len(sites),
        "features_on": on,
        "mean_load": f"{round(sum(site.load for site in sites) / len(sites)) if sites else 0} %",
        "changes": len(state.changes),
    }
    for column, (label, value) in zip(st.columns(len(values)), values.items()):
        column.metric(t(label), value)

    alarms = [site for site in sites if site.load >= 90 and not state.features[site.name]["Carrier Aggregation"]]
    st.button(t("recheck_alarms"), on_click=count_alarm_check)
    st.write(t("alarm_checks", count=state.alarm_checks) + " · " + t("alarms", count=len(alarms)))


def site_list(sites):
    st.subheader(t("sites"))
    rows = []
    for site in sites:
        features = state.features[site.name]
        rows.append([site.name, t(site.region), f"{site.load} %", f"{sum(features.values())} / {len(features)}"])
    figures.table([t("site"), t("region"), t("load"), t("features_on")], rows)
    st.caption(t("load_caption"))


def picture(sites):
    st.subheader(t("map"))
    figures.sites(sites, t("map_caption"))


def feature_switches(sites, words):
    st.subheader(t("features"))
    site = st.selectbox(t("site"), [site.name for site in sites])
    features = [feature for feature in network.FEATURES if words in feature.casefold()]
    if not features:
        st.info(t("no_features"))
    for feature in features:
        key = f"{site}/{feature}"
        state.setdefault(key, state.features[site][feature])
        st.toggle(feature, key=key, on_change=switch, args=(site, feature))


def change_log():
    st.subheader(t("change_log"))
    if not state.changes:
        st.write(t("no_changes"))
    for time, name, site, feature, before, after in reversed(state.changes[-SHOWN_CHANGES:]):
        st.markdown(f"- {time} · {escape(name)} · {site} · {feature}: {t(before)} → {t(after)}")
    header = ("time", "who", "site", "feature", "from", "to")
    text = io.StringIO()
    csv.writer(text).writerows([header, *state.changes])
    st.download_button(t("download"), text.getvalue().encode("utf-8-sig"), "change-log.csv", "text/csv")


def overview_page():
    st.title(t("title"))
    st.caption(escape(t("signed_in", who=who.name, pid=who.process)))
    shown_sites, wanted = filters()
    overview(shown_sites)
    if shown_sites:
        left, right = st.columns(2)
        with left:
            site_list(shown_sites)
        with right:
            picture(shown_sites)
            feature_switches(shown_sites, wanted)
    else:
        st.info(t("no_sites"))
    change_log()
    file_check.show(t)


def report_page():
    report.show(t, who)


st.set_page_config(page_title=t("title"), layout="wide")
if hasattr(st, "navigation"):  # Streamlit 1.36 and later
    pages = [
        st.Page(overview_page, title=t("overview"), url_path="overview", default=True),
        st.Page(report_page, title=t("report"), url_path="report"),
    ]
    st.navigation(pages).run()
else:
    overview_page()
    st.caption(escape(t("one_page", version=st.__version__)))
