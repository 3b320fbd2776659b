import beside_helper
import chardet
import wave

from show import show

show("standard", lambda: (wave.__file__, hasattr(wave, "MINE")))
show("installed", lambda: (chardet.__file__, hasattr(chardet, "MINE")))
show("helper", lambda: beside_helper.first())
