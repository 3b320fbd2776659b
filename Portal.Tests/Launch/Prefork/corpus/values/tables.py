import sqlite3
import threading

import lib_database

from show import show

show("version", lambda: (sqlite3.sqlite_version, sqlite3.threadsafety))
show("rows", lambda: lib_database.DATABASE.execute("select * from t").fetchall())
lib_database.DATABASE.execute("insert into t values (43)")
show("more", lambda: lib_database.DATABASE.execute("select count(*) from t").fetchone())
show("adapters", lambda: sorted(str(one[0]) for one in sqlite3.adapters))
thread = threading.Thread(target=lambda: lib_database.DATABASE.execute("insert into t values (44)"))
thread.start()
thread.join()
show("after", lambda: lib_database.DATABASE.execute("select count(*) from t").fetchone())
