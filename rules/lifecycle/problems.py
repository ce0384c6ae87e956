"""Why a catalogue file is refused: always with the file's name and the reason."""


class CatalogueRefused(Exception):
    """The file is not taken; what was there stays."""

    def __init__(self, name: str, reason: str, line: int = 0):
        """Name the file, its line (0 for the whole of it) and what is wrong there."""
        super().__init__(f"{name}:{line}: {reason}" if line else f"{name}: {reason}")
        self.name = name
        self.reason = reason
        self.line = line
