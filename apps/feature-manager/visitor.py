"""Who is asking? The portal tells, by headers that it sets itself and that no client can forge."""

import os
from dataclasses import dataclass
from urllib.parse import unquote

import streamlit as st


@dataclass(frozen=True)
class Visitor:
    name: str  # "127.0.0.101 · User · Kim", or "unknown" without the portal
    languages: str  # what the browser sent as Accept-Language
    address: str  # the page's, as the browser has it; "" before Streamlit 1.46
    process: int  # each client has a Streamlit process of their own


def current():
    headers = _headers()
    known = [headers.get("X-Portal-Client"), headers.get("X-Portal-Role"), unquote(headers.get("X-Portal-User") or "")]
    name = " · ".join(part for part in known if part) or "unknown"
    return Visitor(name, headers.get("Accept-Language") or "", _address(), os.getpid())


def _headers():
    """Headers of the WebSocket's handshake: those are what a Streamlit script can see."""
    if hasattr(st, "context"):  # Streamlit 1.37 and later
        return st.context.headers
    from streamlit.web.server.websocket_headers import _get_websocket_headers

    return _get_websocket_headers() or {}


def _address():
    return getattr(getattr(st, "context", None), "url", None) or ""
