import io
import sys

import PIL.Image
import streamlit as st

from show import show

show("plugins", lambda: (sorted(PIL.Image.OPEN), sorted(PIL.Image.SAVE), "PIL.PngImagePlugin" in sys.modules))
picture = PIL.Image.new("RGB", (9, 9), "red")


def save():
    file = io.BytesIO()
    picture.save(file, "PNG")
    return len(file.getvalue())


show("saved", save)
show("after", lambda: (sorted(PIL.Image.OPEN), PIL.Image.init(), len(PIL.Image.registered_extensions())))
st.image(picture)
