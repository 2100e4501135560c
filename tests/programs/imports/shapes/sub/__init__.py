__all__ = ["exported"]


def exported():
    return f"exported from {__name__}"


def hidden():
    return "hidden"
