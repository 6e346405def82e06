"""What handlers write down for the test to read."""


def lines(path):
    """The lines of a file that handlers append to; none while it does not exist."""
    return path.read_text().splitlines() if path.exists() else []
