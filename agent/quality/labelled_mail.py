"""The label that a mail out of an archive bears: what a mail program wrote into its header, or where it lay."""

import re
from pathlib import PurePath

from agent.mail.headers import decode_words, read_block
from agent.mail.limits import Limits
from agent.quality.labelled_table import words

_NUMBER = re.compile(r":\d+\Z")


def label_of(raw: bytes, place: str, header: str = "") -> str:
    """The first label in `header` (or in those that mail programs use) that a person gave, else the folder's name.

    `place` is the file, for an mbox with `:number`; folders of a Maildir count by the name above `cur` and `new`.
    """
    ours = words()["mail"]
    block = read_block(raw, Limits())
    for name in (header.lower(),) if header else ours["label_headers"]:
        for value in block.all(name):
            for label in decode_words(value).replace(";", ",").split(","):
                if label.strip() and label.strip().casefold() not in ours["no_labels"]:
                    return label.strip()
    if header:
        return ""
    path = PurePath(_NUMBER.sub("", place))
    names = (
        [path.stem]
        if path.suffix.lower() in {".mbox", ".mbx", ""}
        else [folder.name for folder in path.parents]
    )
    return next((name for name in names if name and name.casefold() not in ours["no_labels"]), "")
