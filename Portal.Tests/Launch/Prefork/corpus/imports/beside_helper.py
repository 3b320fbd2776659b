import colorsys


def first():
    import sched

    return colorsys.__file__, sched.__file__
