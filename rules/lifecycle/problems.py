"""Why a catalogue file is refused: always with the file's name and the reason."""


class CatalogueRefused(Exception):
    """The file is not taken; what was there stays."""

    def __init__(self, name: str, reason: str):
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason
