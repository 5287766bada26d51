"""The process in which a file that somebody uploads is read: `python -m knowledge.source_child FILE`.

Readers of PDF and HTML can be made to take minutes and gigabytes; here they may, and the process is killed. It writes
JSON lines: documents (with an empty language where the file names none), and what had to be left out.
"""

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path

from knowledge.search import Document
from knowledge.sources import read_articles

MEMORY = 768 * 2**20
SECONDS = 30
"""Limits of one file, of address space and of processor time."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    for one in read_articles(Path(sys.argv[1]), lambda _text: ""):
        kind = "document" if isinstance(one, Document) else "unusable"
        print(json.dumps({kind: asdict(one)}))


if __name__ == "__main__":
    main()
