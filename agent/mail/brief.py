"""The first text of a mail without a MIME or HTML parser: for mails too large, and for those that broke a parser."""

import binascii

from agent.mail import charset
from agent.mail.headers import HeaderBlock, decode_base64, parameters, read_block
from agent.mail.html import strip_tags
from agent.mail.limits import Limits

_LEVELS = 6


def first_text(raw: bytes, block: HeaderBlock, limits: Limits) -> str:
    """The words of the first text part, following first children only; empty where a file comes first."""
    body_at = block.body_at
    for _ in range(_LEVELS):
        content_type, settings = parameters(block.first("content-type"))
        boundary = settings.get("boundary", "").encode("utf-8", "surrogateescape")
        if not content_type.startswith("multipart/") or not boundary:
            break
        opening = raw.find(b"--" + boundary, body_at, body_at + limits.first_text_bytes)
        line_end = raw.find(b"\n", opening)
        if opening < 0 or line_end < 0:
            break
        closing = raw.find(b"\n--" + boundary, line_end)
        raw = raw[: closing if closing >= 0 else len(raw)]
        block = read_block(raw, limits, line_end + 1)
        body_at = block.body_at
    else:
        return ""
    content_type, settings = parameters(block.first("content-type"))
    if content_type and not content_type.startswith(("text", "multipart/")):
        return ""
    data = raw[body_at : body_at + limits.first_text_bytes]
    encoding = block.first("content-transfer-encoding").strip().lower()
    if encoding == "base64":
        data = decode_base64(data)
    elif encoding == "quoted-printable":
        data = binascii.a2b_qp(data)
    text = charset.clean_text(charset.decode(data, settings.get("charset", ""))[0])
    return (strip_tags(text) if content_type == "text/html" else text)[: limits.text].strip("\n")
