import decimal
import locale
import os
import socket
import sys
import time

NAME = "process"
os.environ["TZ"] = "Asia/Seoul"
time.tzset()
os.umask(0o027)
decimal.getcontext().prec = 7
locale.setlocale(locale.LC_NUMERIC, "C")
sys.setrecursionlimit(2345)
sys.setswitchinterval(0.25)
socket.setdefaulttimeout(77)
sys.path.append("corpus-path")
os.chdir("/")
