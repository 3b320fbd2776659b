NAME = "constants"


class Shape:
    pass
