"""How much of one mail is read. Beyond these a mail is cut, with a warning, and the raw bytes stay stored."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one mail; bytes, characters, counts. The defaults hold every honest mail we know of."""

    mail_bytes: int = 25 * 2**20  # larger mails are read as header and first text only
    first_text_bytes: int = 256 * 2**10  # what is looked at of the body of such a mail
    header_bytes: int = 512 * 2**10  # the whole header block, after which lines are dropped
    header_value: int = 16_384
    subject: int = 998  # RFC 5322 2.1.1: the longest line a mail server must carry
    filename: int = 200
    recipients: int = 200
    references: int = 100
    values_per_header: int = 20
    parts: int = 1_000
    attachments: int = 200
    depth: int = 50
    text: int = 200_000
    text_bytes: int = 4 * 2**20  # of one text part, before decoding
    html: int = 1_000_000
    html_depth: int = 400  # HTML parsers take quadratic time in nesting: 40,000 <div> took nh3 4.9 s
    embedded_mails: int = 3
    warnings: int = 30


DEFAULT = Limits()
