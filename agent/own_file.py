"""A small file of the agent's own: JSON of one strict model, written whole, refused with a sentence when damaged."""

from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.errors import StateUnusable
from agent.platform.private_write import write_private
from rules.given_file import read_given

SIZE_LIMIT_BYTES: Final = 256 * 1024


class Kept(BaseModel):
    """What stands in such a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


Model = TypeVar("Model", bound=Kept)


def read_own(path: Path, model: type[Model]) -> Model | None:
    """Return the content, None when there is no file; raises StateUnusable when it is damaged or cannot be read."""
    try:
        raw = read_given(path, SIZE_LIMIT_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateUnusable(f"{path} cannot be read ({error.strerror}); the agent's user must be able to.") from error
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise StateUnusable(
            f"{path} is damaged or of another version; restore it, or remove it and enrol the agent anew."
        ) from error


def write_own(path: Path, content: Kept) -> None:
    """Write the content to the disk; raises StateUnusable."""
    try:
        write_private(path, content.model_dump_json(indent=1).encode() + b"\n")
    except OSError as error:
        raise StateUnusable(f"{path} cannot be written ({error.strerror}); make room, or make it writable.") from error
