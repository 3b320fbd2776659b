import lib_registry

from show import show

show(
    "before",
    lambda: (lib_registry.PLUGINS, lib_registry.Base.__subclasses__(), hasattr(lib_registry.Base, "added")),
)
import lib_plugin

show("after", lambda: (lib_registry.PLUGINS, hasattr(lib_registry.Base, "added"), lib_plugin.NAME))
