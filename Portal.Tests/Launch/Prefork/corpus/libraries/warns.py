import warnings

from show import show

show("before", lambda: len(warnings.filters))
import lib_filters

show("after", lambda: (warnings.filters[0], len(warnings.filters), lib_filters.NAME))
warnings.simplefilter("always")
import lib_warns

show("warned", lambda: lib_warns.NAME)
