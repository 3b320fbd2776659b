def double(number):
    return 2 * number


def main(_):
    import sys

    module = sys.modules["__main__"]
    return module.__name__, getattr(module, "__file__", None), sys.argv
