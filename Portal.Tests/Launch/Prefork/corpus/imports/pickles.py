import copy
import dataclasses
import enum
import pickle
import sys

import streamlit as st

from lib_constants import Shape
from show import show


class Plain:
    x = 3


@dataclasses.dataclass
class Data:
    x: int = 1


class Color(enum.Enum):
    RED = 1


show("plain", lambda: type(pickle.loads(pickle.dumps(Plain()))) is Plain)
show("data", lambda: (pickle.loads(pickle.dumps(Data())), pickle.dumps(Data(), 2), copy.deepcopy(Data(2))))
show("enum", lambda: pickle.loads(pickle.dumps(Color.RED)) is Color.RED)
show("library", lambda: (type(pickle.loads(pickle.dumps(Shape()))) is Shape, pickle.dumps(Shape(), 2)))
show("module", lambda: (Plain.__module__, hasattr(sys.modules["__main__"], "Plain")))


@st.cache_data
def cached(number):
    return Data(number)


show("cached", lambda: (cached(5), cached(5)))
