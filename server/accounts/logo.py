"""A logo that somebody uploads: PNG or JPEG, checked chunk by chunk and written anew with nothing but the picture."""

import struct
import zlib
from dataclasses import dataclass
from typing import Final, Literal

LARGEST_BYTES: Final = 300_000
LARGEST_SIDE: Final = 1_200
"""Pixels: a page shows it at most 240 wide, paper at 300 dots an inch some more."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_LONGEST: Final = {b"PLTE": 768, b"tRNS": 256, b"IEND": 0}
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_JPEG_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
_JPEG_KEPT: Final = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xDA, 0xEE})
"""Frames, tables, restart interval, scan, and Adobe's mark of the colour space (APP14); no comments, no EXIF."""


class NoLogo(ValueError):
    """The file is no picture that we show; the text says why."""


@dataclass(frozen=True)
class Logo:
    """A picture as it is served."""

    kind: Literal["image/png", "image/jpeg"]
    content: bytes
    width: int
    height: int


def read_logo(given: bytes) -> Logo:
    """Return the picture without all that is not needed to see it; raises NoLogo."""
    if len(given) > LARGEST_BYTES:
        raise NoLogo(f"the file is larger than {LARGEST_BYTES // 1000} kB")
    try:
        logo = _png(given) if given.startswith(_PNG) else _jpeg(given)
    except (struct.error, IndexError, zlib.error) as error:
        raise NoLogo("the file is cut off or broken") from error
    if not (0 < logo.width <= LARGEST_SIDE and 0 < logo.height <= LARGEST_SIDE):
        raise NoLogo(f"a logo is at most {LARGEST_SIDE} by {LARGEST_SIDE} pixels")
    return logo


def _png(given: bytes) -> Logo:
    chunks: list[tuple[bytes, bytes]] = []
    at = len(_PNG)
    while not chunks or chunks[-1][0] != b"IEND":
        (length,) = struct.unpack_from(">I", given, at)
        kind, content = given[at + 4 : at + 8], given[at + 8 : at + 8 + length]
        (told,) = struct.unpack_from(">I", given, at + 8 + length)
        if told != zlib.crc32(kind + content):
            raise NoLogo("the file is broken")
        at += 12 + length
        if length > _LONGEST.get(kind, LARGEST_BYTES):
            raise NoLogo("the file is broken")
        if kind in _KEPT_CHUNKS:
            chunks.append((kind, content))
        elif not kind[0] & 0x20:  # a critical chunk that we do not know (PNG specification, 5.4)
            raise NoLogo("this kind of PNG is not shown")
    if chunks[0][0] != b"IHDR" or sum(kind == b"IHDR" for kind, _content in chunks) != 1:
        raise NoLogo("the file is broken")
    width, height, depth, colour, packing, filtering, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth not in _DEPTHS.get(colour, ()) or packing or filtering or interlaced:
        raise NoLogo("this kind of PNG is not shown; save it without interlacing")
    _pixels(b"".join(content for kind, content in chunks if kind == b"IDAT"), width, height, depth * _CHANNELS[colour])
    written = [
        struct.pack(">I", len(one)) + kind + one + struct.pack(">I", zlib.crc32(kind + one)) for kind, one in chunks
    ]
    return Logo("image/png", _PNG + b"".join(written), width, height)


def _pixels(packed: bytes, width: int, height: int, bits: int) -> None:
    """Raise NoLogo unless the pixels are as many as the head says; never unpacks more than that."""
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise NoLogo(f"a logo is at most {LARGEST_SIDE} by {LARGEST_SIDE} pixels")
    wanted = height * (1 + (width * bits + 7) // 8)
    unpacking = zlib.decompressobj()
    pixels = unpacking.decompress(packed, wanted + 1)
    if len(pixels) != wanted or not unpacking.eof or unpacking.unused_data:
        raise NoLogo("the file is broken")


def _jpeg(given: bytes) -> Logo:
    if given[:2] != b"\xff\xd8":
        raise NoLogo("a logo is a PNG or a JPEG")
    kept, size, at = [b"\xff\xd8"], (0, 0), 2
    while True:
        if given[at] != 0xFF:
            raise NoLogo("the file is broken")
        mark = given[at + 1]
        if mark == 0xD9:
            break
        (length,) = struct.unpack_from(">H", given, at + 2)
        segment = given[at : at + 2 + length]
        if length < 2 or len(segment) != 2 + length:
            raise NoLogo("the file is cut off or broken")
        if mark in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", segment, 5)
            size = (width, height)
        elif 0xC0 <= mark <= 0xCF and mark != 0xC4:
            raise NoLogo("this kind of JPEG is not shown")
        if mark in _JPEG_KEPT:
            kept.append(segment)
        at += 2 + length
        if mark == 0xDA:
            end = _scan_end(given, at)
            kept.append(given[at:end])
            at = end
    return Logo("image/jpeg", b"".join(kept) + b"\xff\xd9", *size)


def _scan_end(given: bytes, at: int) -> int:
    """Return where the compressed pixels end: at the next mark that is neither stuffing nor a restart."""
    while True:
        at = given.find(b"\xff", at)
        if at < 0:
            raise NoLogo("the file is cut off or broken")
        if given[at + 1] == 0 or 0xD0 <= given[at + 1] <= 0xD7:
            at += 2
            continue
        return at
