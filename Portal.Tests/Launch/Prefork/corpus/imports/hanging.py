import concurrent
import email
import html
import http
import importlib
import importlib.metadata
import importlib.util
import json
import multiprocessing
import sys
import unittest
import urllib
import wsgiref
import xml

from show import show

for package, part in [
    (xml, "dom"),
    (email, "mime"),
    (urllib, "robotparser"),
    (multiprocessing, "pool"),
    (http, "cookiejar"),
    (unittest, "mock"),
    (concurrent, "futures"),
    (json, "tool"),
    (wsgiref, "util"),
    (html, "entities"),
]:
    show(f"{package.__name__}.{part}", lambda: hasattr(package, part))
import xml.dom.minidom

show("after", lambda: (hasattr(xml, "dom"), "xml.dom.minidom" in sys.modules, xml.dom.minidom.__spec__))
show("versions", lambda: [importlib.metadata.version(name) for name in ("streamlit", "click")])
show("find", lambda: (importlib.util.find_spec("lib_constants"), importlib.util.find_spec("nosuch")))
