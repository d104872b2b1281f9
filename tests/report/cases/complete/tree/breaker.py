class Breaker:
    """Opens."""

    open = False
