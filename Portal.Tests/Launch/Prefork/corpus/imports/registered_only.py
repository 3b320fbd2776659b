import mimetypes
import urllib.parse

import lib_registry

from show import show

show("plugins", lambda: (lib_registry.PLUGINS, hasattr(lib_registry.Base, "added"), lib_registry.describe()))
show("schemes", lambda: "corpus" in urllib.parse.uses_netloc)
show("types", lambda: mimetypes.guess_type("a.corpus"))
import lib_schemes

show(
    "schemes after",
    lambda: ("corpus" in urllib.parse.uses_netloc, mimetypes.guess_type("a.corpus"), lib_schemes.NAME),
)
