import sqlite3

DATABASE = sqlite3.connect(":memory:", check_same_thread=False)
DATABASE.execute("create table t (x)")
DATABASE.execute("insert into t values (42)")
