"""Shows an uploaded file's name, size and checksum."""

import hashlib

import streamlit as st

from texts import escape

CHUNK = 1 << 20


def show(t):
    st.subheader(t("upload_heading"))
    file = st.file_uploader(t("upload"))
    if file is None:
        return
    hashed = st.session_state.get("hashed", {})
    if file.file_id not in hashed:  # the script runs often, the file stays the same
        digest = hashlib.sha256()
        for chunk in iter(lambda: file.read(CHUNK), b""):
            digest.update(chunk)
        hashed = st.session_state.hashed = {file.file_id: digest.hexdigest()}
    st.write(t("file", name=escape(file.name), size=file.size))
    st.write(f"SHA-256: `{hashed[file.file_id]}`")
