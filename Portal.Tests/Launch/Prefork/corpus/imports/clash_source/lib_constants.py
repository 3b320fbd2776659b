NAME = "of the app"
