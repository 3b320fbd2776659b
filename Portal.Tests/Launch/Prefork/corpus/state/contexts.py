import contextvars
import decimal
import faulthandler
import mimetypes
import socket
import tracemalloc

from show import show

show("decimal", decimal.getcontext)
show("socket", socket.getdefaulttimeout)
show("types", lambda: [mimetypes.guess_type("a." + end) for end in ("js", "webp", "wasm", "md", "corpus")])
show("tools", lambda: (faulthandler.is_enabled(), tracemalloc.is_tracing()))
show(
    "context",
    lambda: sorted(
        variable.name for variable in contextvars.copy_context() if not variable.name.startswith(("_", "streamlit"))
    ),
)
