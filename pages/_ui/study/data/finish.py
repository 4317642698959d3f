"""To come."""


def draw(draft): ...
def missing(draft):
    return ""
