"""A person's session of a Streamlit script, over the WebSocket that a browser would use."""

import time

import protobuf
from websocket import WebSocket

# Field numbers are those of Streamlit 1.31: https://github.com/streamlit/streamlit/tree/1.31.0/proto/streamlit/proto
NEW_SESSION, DELTA, SCRIPT_FINISHED = 4, 5, 6    # ForwardMsg, from the server
SESSION_ID = NEW_SESSION, 1, 6                   # new_session.initialize.session_id
BUTTON = DELTA, 3, 19                            # delta.new_element.button
BUTTON_ID, BUTTON_LABEL = 1, 2                   # Button
RERUN_SCRIPT = 11                                # BackMsg, to the server
WIDGET_STATES, WIDGETS = 2, 1                    # ClientState, WidgetStates
WIDGET_ID, TRIGGER = 1, 2                        # WidgetState


class Session:
    """Opened, and the script has run once."""

    def __init__(self, port, app, client, resumed=None):
        """Goes on with the session of that id where the server still has it, else begins another."""
        began = time.perf_counter()
        self.client = client
        protocols = f"streamlit, PLACEHOLDER_AUTH_TOKEN, {resumed}" if resumed else "streamlit"
        self._socket = WebSocket(port, f"/app/{app.slug}/_stcore/stream", client, protocols)
        self.messages = []
        self._run(b"")
        self.seconds_to_output = self._first_output - began
        self.id = next(filter(None, (protobuf.find(message, *SESSION_ID) for message in self.messages))).decode()

    def press(self, label):
        """Presses a button; the script runs again."""
        buttons = filter(None, (protobuf.find(message, *BUTTON) for message in self.messages))
        button = next(one for one in buttons if protobuf.find(one, BUTTON_LABEL) == label.encode())
        widget = protobuf.field(WIDGET_ID, protobuf.find(button, BUTTON_ID)) + protobuf.flag(TRIGGER)
        self._run(protobuf.field(WIDGET_STATES, protobuf.field(WIDGETS, widget)))

    def shows(self, text):
        """True where the last run has shown the text."""
        return any(text.encode() in message for message in self.messages)

    def rest(self):
        """Stays open, as in a browser that nobody looks at."""
        self._socket.rest()

    def close(self):
        self._socket.close()

    def _run(self, client_state):
        self._socket.send(protobuf.field(RERUN_SCRIPT, client_state))
        self.messages, self._first_output = [], None
        while not self.messages or protobuf.find(self.messages[-1], SCRIPT_FINISHED) is None:
            self.messages.append(self._socket.receive())
            if self._first_output is None and protobuf.find(self.messages[-1], DELTA) is not None:
                self._first_output = time.perf_counter()
