import threading
import time

THREAD = threading.Thread(target=time.sleep, args=[600], name="corpus", daemon=True)
THREAD.start()
