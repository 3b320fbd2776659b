import mimetypes
import urllib.parse

NAME = "schemes"
urllib.parse.uses_netloc.append("corpus")
mimetypes.add_type("application/x-corpus", ".corpus")
