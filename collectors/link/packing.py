"""Bodies on their way: packed with zstd, unpacked under a bound that a hostile sender cannot move."""

import io

import zstandard

from collectors.link.limits import UNPACKED_BYTES, WINDOW_BYTES

LEVEL = 3
_STEP_BYTES = 64 * 1024


class TooLarge(ValueError):
    """The body is larger than agreed, packed or unpacked."""


class NotPacked(ValueError):
    """The body is no zstd stream."""


def packed(body: bytes) -> bytes:
    """Return the body packed."""
    return zstandard.ZstdCompressor(level=LEVEL).compress(body)


def unpacked(body: bytes, at_most_bytes: int = UNPACKED_BYTES) -> bytes:
    """Return the body unpacked; raises TooLarge as soon as it grows beyond the bound, NotPacked when it is none.

    The decompressor's own bound is passed over when a frame states its size, so the stream is read in steps.
    """
    reader = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES).stream_reader(io.BytesIO(body))
    parts: list[bytes] = []
    total = 0
    try:
        while part := reader.read(_STEP_BYTES):
            total += len(part)
            if total > at_most_bytes:
                raise TooLarge(f"the body is larger than {at_most_bytes} bytes when unpacked")
            parts.append(part)
    except zstandard.ZstdError as error:
        raise NotPacked("the body is not packed as agreed") from error
    return b"".join(parts)
