import warnings

NAME = "warns"
warnings.warn("of the library", DeprecationWarning)
