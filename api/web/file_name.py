"""Names of attachments: what is shown is cleaned, what is saved is ours."""

import unicodedata
from pathlib import PurePosixPath

SHOWN_LENGTH = 80
_KEPT_ENDINGS = {
    "pdf", "txt", "csv", "log", "json", "xml", "md", "png", "jpg", "jpeg", "gif", "webp", "heic", "mp4", "mov",
    "docx", "xlsx", "pptx", "odt", "ods", "doc", "xls", "ppt", "rtf", "zip", "gz", "7z", "eml", "ics", "vcf",
}  # fmt: skip
"""Endings that help a person to open the file, and do not run when they do."""


def shown_name(name: str) -> str:
    """The sender's name for a file, without anything that could disguise it: no path, no control or bidi signs."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    if len(clean) > SHOWN_LENGTH:
        clean = f"{clean[: SHOWN_LENGTH - 12]}…{clean[-10:]}"
    return clean or "attachment"


def saved_name(case_id: int, attachment_id: int, name: str) -> str:
    """»case-12-file-7.pdf«: ours, with the sender's ending only where it is harmless."""
    ending = PurePosixPath(shown_name(name)).suffix.lower().lstrip(".")
    return f"case-{case_id}-file-{attachment_id}.{ending if ending in _KEPT_ENDINGS else 'bin'}"
