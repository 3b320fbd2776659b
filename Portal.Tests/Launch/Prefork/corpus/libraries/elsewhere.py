import os
import time

os.chdir("/")
os.environ["TZ"] = "Asia/Seoul"
time.tzset()
import lib_asks_place

from show import show

show("place", lambda: (lib_asks_place.FOLDER, lib_asks_place.ZONE, lib_asks_place.CLOCK[3]))
