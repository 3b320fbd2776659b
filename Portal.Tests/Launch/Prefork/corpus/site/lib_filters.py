import warnings

NAME = "filters"
warnings.filterwarnings("ignore", "some text", UserWarning)
