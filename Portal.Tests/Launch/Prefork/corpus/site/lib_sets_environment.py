import os

NAME = "environment"
os.environ["CORPUS_SET"] = "of the library"
os.environ.setdefault("CORPUS_DEFAULT", "of the library")
