raise RuntimeError("it fails")
