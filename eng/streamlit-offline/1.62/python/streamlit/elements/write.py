"""Makes st.write_stream a function again: in stlite it is a coroutine, as the browser's only thread must not wait."""

from streamlit.elements._write_stlite import *  # noqa: F403
from streamlit.elements._write_stlite import WriteMixin

_write_stream = WriteMixin.write_stream


def write_stream(self, stream, *, cursor=None):
    running = _write_stream(self, stream, cursor=cursor)
    try:
        while running.send(None) is None:  # a pause for the event loop, which is not waited for here
            pass
    except StopIteration as end:
        return end.value
    raise RuntimeError("An asynchronous stream that waits for the event loop cannot be written.")


WriteMixin.write_stream = write_stream
