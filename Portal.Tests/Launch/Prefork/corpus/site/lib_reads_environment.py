import os

VALUE = os.environ.get("CORPUS_READ", "none")
ALL = sorted(name for name in os.environ if name.startswith("CORPUS"))
