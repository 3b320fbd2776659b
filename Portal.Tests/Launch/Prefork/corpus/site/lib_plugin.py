import lib_registry

NAME = "plugin"
lib_registry.PLUGINS.append(NAME)
lib_registry.Base.added = True
lib_registry.describe = lambda: "replaced"
