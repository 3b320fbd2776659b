__all__ = ["part"]
