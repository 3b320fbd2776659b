import os
import time

FOLDER, ZONE, CLOCK = os.getcwd(), time.tzname, time.localtime(0)
