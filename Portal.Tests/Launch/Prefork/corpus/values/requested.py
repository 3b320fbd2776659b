import http.server
import threading
import urllib.request

import streamlit as st

from show import show


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.headers["User-Agent"].encode())

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}/"
show("urllib", lambda: urllib.request.urlopen(address).read())
try:
    import requests
except ImportError as error:
    show("missing", lambda: error)
else:
    session = requests.Session()
    show(
        "session", lambda: (session.get(address).text, session.headers, sorted(session.adapters), session.trust_env)
    )
st.text("done")
