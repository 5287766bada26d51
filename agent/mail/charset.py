"""Bytes to characters, whatever the mail says its charset is, and characters to ones that may be stored.

Declared charsets lie, are misspelt or do not exist. The order is: what is declared, UTF-8, a guess by
charset-normalizer, and windows-1252, which never fails with its gaps filled by replacement characters.
"""

import codecs
import re
from collections.abc import Callable
from typing import Final

_NOT_A_CHARSET: Final = {
    "",
    "unknown",
    "unknown-8bit",
    "x-unknown",
    "default",
    "binary",
    "x-user-defined",
    "none",
}
# What browsers (WHATWG Encoding) and mail programs mean by these names.
_MEANT: Final = {
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "ansi_x3.4-1968": "windows-1252",
    "iso-8859-1": "windows-1252",
    "latin1": "windows-1252",
    "latin-1": "windows-1252",
    "iso-8859-8-i": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-mac-roman": "mac-roman",
    "cp-850": "cp850",
    "utf8mb4": "utf-8",
}
# C0 and C1 controls but tab and newline, lone surrogates and the non-characters: none may reach a database.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_GUESS_BYTES: Final = 8_192


def decode(data: bytes, charset: str = "") -> tuple[str, bool]:
    """The text of `data`, and whether it could be read as declared (or is plain UTF-8 without a declaration)."""
    name = re.sub(r"[^\w.:+-]", "", charset).strip("-").lower()
    as_declared = name not in _NOT_A_CHARSET
    if as_declared:
        try:
            codec = codecs.lookup(_MEANT.get(name, name))
        except (LookupError, ValueError):
            as_declared = False
        else:
            if codec.name in _NOT_TEXT:
                as_declared = False
            elif (text := _declared(data, codec)) is not None:
                return text, True
    try:
        return data.decode("utf-8"), as_declared or not name
    except UnicodeDecodeError:
        return _guess(data), False


def _declared(data: bytes, codec: codecs.CodecInfo) -> str | None:
    """Decode as declared; 8-bit text under an ASCII or latin-1 label is UTF-8 more often than latin-1."""
    if codec.name == "cp1252" and not data.isascii():
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    decoder: Callable[[bytes, str], tuple[str, int]] = codec.decode
    try:
        return decoder(data, "strict")[0]
    except (UnicodeError, ValueError):
        pass
    try:
        text = decoder(data, "replace")[0]
    except (UnicodeError, ValueError):
        return None
    return text if text.count("\ufffd") <= max(2, len(text) // 100) else None


def _guess(data: bytes) -> str:
    # Imported here: nearly every mail is decoded without it, and the reading child must start fast.
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_GUESS_BYTES], steps=3, chunk_size=512, threshold=0.4).best()
    candidates = [best.encoding] if best is not None and best.encoding not in {"ascii", "utf_7"} else []
    # Nordic and German mail without a (true) label is windows-1252; a guess has to be clean to win over it.
    western = data.decode("windows-1252", "replace")
    if _looks_western(western) or not candidates:
        return western
    return data.decode(candidates[0], "replace")


def _looks_western(text: str) -> bool:
    """Whether the letters above ASCII are mostly those of Western Europe, each among ASCII letters."""
    high = [character for character in text if character > "\x7f"]
    usual = sum(
        character in "æøåäöüßéèêëàáâçñóòôíìïúùûÆØÅÄÖÜÉÈÀÇÑ–—‘’“”„…•€«»´°§©®™\xa0½" for character in high
    )
    return usual >= 0.8 * len(high) and len(high) <= max(3, 0.4 * len(text))


def clean_text(text: str) -> str:
    """Body text with Unix line ends and without characters that no letter holds (NUL, controls, surrogates)."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n"))


def clean_line(text: str) -> str:
    """One line for a header or name: runs of blanks, breaks and controls become one space."""
    return _BREAKS.sub(" ", text).strip()


def _not_text() -> frozenset[str]:
    """Python codecs that turn bytes into something else than the text a charset stands for."""
    names = ("base64", "bz2", "hex", "quopri", "rot13", "uu", "zlib", "idna", "punycode", "unicode_escape",
             "raw_unicode_escape", "undefined", "mbcs", "oem")  # fmt: skip
    found = set()
    for name in names:
        try:
            found.add(codecs.lookup(name).name)
        except LookupError:
            continue
    return frozenset(found)


_NOT_TEXT: Final = _not_text()
