"""How large a picture claims to be, read from its header alone: nothing is unpacked."""

from typing import Final

_JPEG_FRAMES: Final = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_JPEG_BARE: Final = {0x01, *range(0xD0, 0xD9)}  # markers without a length
_MOST_SEGMENTS: Final = 1_000


def image_size(content: bytes, content_type: str) -> tuple[int, int] | None:
    """Width and height in pixels; None where the header does not say."""
    if content_type == "image/png" and content[12:16] == b"IHDR" and len(content) >= 24:
        return _big(content, 16, 4), _big(content, 20, 4)
    if content_type == "image/gif" and len(content) >= 10:
        return _little(content, 6, 2), _little(content, 8, 2)
    if content_type == "image/webp":
        return _webp(content)
    return _jpeg(content) if content_type == "image/jpeg" else None


def _webp(content: bytes) -> tuple[int, int] | None:
    """RFC 9649: extended, lossless and lossy each keep the size in another place."""
    if len(content) < 30:
        return None
    match content[12:16]:
        case b"VP8X":
            return _little(content, 24, 3) + 1, _little(content, 27, 3) + 1
        case b"VP8L":
            bits = _little(content, 21, 4)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            return _little(content, 26, 2) & 0x3FFF, _little(content, 28, 2) & 0x3FFF
    return None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    """ITU-T T.81, B.2: the frame header among the segments holds height before width."""
    place = 2
    for _ in range(_MOST_SEGMENTS):
        if place + 9 > len(content) or content[place] != 0xFF:
            return None
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
        elif marker in _JPEG_BARE:
            place += 2
        elif marker in _JPEG_FRAMES:
            return _big(content, place + 7, 2), _big(content, place + 5, 2)
        else:
            place += 2 + _big(content, place + 2, 2)
    return None


def _big(content: bytes, at: int, length: int) -> int:
    return int.from_bytes(content[at : at + length], "big")


def _little(content: bytes, at: int, length: int) -> int:
    return int.from_bytes(content[at : at + length], "little")
