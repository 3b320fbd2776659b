MINE = "of the app"
