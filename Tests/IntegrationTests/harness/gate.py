"""Holds handlers where a test wants them, without a sleep."""

import os


class Gate:
    """Shell handlers wait at `read -r _ < PATH` until the test opens the gate."""

    def __init__(self, path):
        self.path = path
        os.mkfifo(path)
        # Open for both, so that the handlers' open does not wait, but their read does.
        self._holder = os.open(path, os.O_RDWR)

    def open(self):
        """Lets everyone through: those who wait, and those who come later."""
        if self._holder is None:
            return
        empty = self.path.with_suffix(".open")
        empty.touch()
        empty.rename(self.path)
        os.close(self._holder)
        self._holder = None
