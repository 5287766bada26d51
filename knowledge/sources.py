"""Articles and solved cases out of the files that a company has: Markdown, HTML, PDF, JSON lines.

What cannot be read is reported and left out; the rest is taken.
"""

import codecs
import contextlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.search import Document, DocumentKind

LanguageOf = Callable[[str], str]
"""Tells the language of a text that does not say it itself, as an ISO 639-1 code."""

READERS = (".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".jsonl")

_MAX_FILE_BYTES = 20_000_000
_MAX_PAGES = 500
_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unusable:
    """What was left out: the file, with its line where there is one, and why."""

    place: str
    reason: str


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The readable files among `paths` and in their folders, in the order of their names."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [
            file for file in inside if file.is_file() and (file == path or file.suffix.lower() in READERS)
        ]
    return found


def read_articles(file: Path, language_of: LanguageOf) -> Iterator[Document | Unusable]:
    """The article of a file, or those of a JSON lines file with id, lang, title, body and category."""
    kind = file.suffix.lower()
    try:
        if file.stat().st_size > _MAX_FILE_BYTES:
            yield Unusable(str(file), f"It is larger than {_MAX_FILE_BYTES // 1_000_000} MB.")
        elif kind == ".jsonl":
            yield from _lines(file, lambda record: _article_of(record, language_of))
        elif kind in READERS:
            yield _page(file, kind, language_of)
        else:
            yield Unusable(str(file), f"It is none of {', '.join(READERS)}.")
    except OSError as error:
        yield Unusable(str(file), f"It cannot be read ({error.strerror}).")
    except ValueError as error:
        yield Unusable(str(file), str(error))


def read_cases(file: Path, language_of: LanguageOf) -> Iterator[Document | Unusable]:
    """The solved cases of a JSON lines file with id, lang, category, question and answer."""
    try:
        yield from _lines(file, lambda record: _case_of(record, language_of))
    except OSError as error:
        yield Unusable(str(file), f"It cannot be read ({error.strerror}).")


def _lines(file: Path, make: Callable[[dict[str, Any]], Document]) -> Iterator[Document | Unusable]:
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                if not isinstance(record, dict):
                    raise ValueError("It is not a JSON object.")  # noqa: TRY004, TRY301 - reported like all others
                yield make(record)
            except json.JSONDecodeError as error:
                yield Unusable(f"{file}:{number}", f"It is not JSON: {error.msg}.")
            except ValueError as error:
                yield Unusable(f"{file}:{number}", str(error))


def _article_of(record: dict[str, Any], language_of: LanguageOf) -> Document:
    return _document(DocumentKind.ARTICLE, record, "title", "body", language_of)


def _case_of(record: dict[str, Any], language_of: LanguageOf) -> Document:
    return _document(DocumentKind.CASE, record, "question", "answer", language_of)


def _document(
    kind: DocumentKind, record: dict[str, Any], title: str, body: str, language_of: LanguageOf
) -> Document:
    texts = {name: record.get(name) for name in ("id", title, body)}
    for name, value in texts.items():
        if isinstance(value, int) and name == "id":
            texts[name] = str(value)
        elif not isinstance(value, str) or not value.strip():
            raise ValueError(f"It has no {name}.")
    language = record.get("lang") or language_of(f"{texts[title]}\n{texts[body]}")
    return Document(
        id=str(texts["id"]).strip(),
        kind=kind,
        language=str(language),
        title=_clean(str(texts[title])),
        body=_clean(str(texts[body])),
        category=str(record.get("category") or ""),
    )


def _page(file: Path, kind: str, language_of: LanguageOf) -> Document:
    read = {".pdf": _pdf, ".html": _html, ".htm": _html}.get(kind, _markdown)
    facts, body = read(file)
    if not body.strip():
        raise ValueError("It holds no text.")
    title = str(facts.get("title") or "").strip() or file.stem.replace("_", " ").replace("-", " ")
    language = str(facts.get("lang") or facts.get("language") or "") or language_of(f"{title}\n{body}")
    return Document(
        id=str(facts.get("id") or file.stem),
        kind=DocumentKind.ARTICLE,
        language=language,
        title=_clean(title),
        body=_clean(body),
        category=str(facts.get("category") or ""),
    )


def _markdown(file: Path) -> tuple[dict[str, Any], str]:
    """Front matter (id, title, lang, category) and the text. A first heading is the title."""
    import frontmatter
    from yaml import YAMLError  # type: ignore[import-untyped]

    try:
        page = frontmatter.loads(_text_of(file))
    except YAMLError as error:
        raise ValueError("Its front matter is not valid YAML.") from error
    facts, body = dict(page.metadata), str(page.content)
    first, _, rest = body.lstrip().partition("\n")
    if first.startswith("# "):
        facts.setdefault("title", first.removeprefix("# "))
        body = rest
    return facts, body


def _html(file: Path) -> tuple[dict[str, Any], str]:
    from inscriptis import get_text  # type: ignore[import-untyped]
    from selectolax.lexbor import LexborHTMLParser

    source = _text_of(file)
    tree = LexborHTMLParser(source)
    root, title, heading = tree.css_first("html"), tree.css_first("title"), tree.css_first("h1")
    named = heading or title
    for part in tree.css("script, style, nav, header, footer, title"):
        part.decompose()
    facts = {
        "title": named.text(strip=True) if named else "",
        "lang": ((root.attributes.get("lang") if root else "") or "")[:2],
    }
    return facts, get_text(tree.html or "")


def _pdf(file: Path) -> tuple[dict[str, Any], str]:
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError, PyPdfError

    try:
        reader = PdfReader(file)
        too_long = len(reader.pages) > _MAX_PAGES
        text = "" if too_long else "\n\n".join(page.extract_text() for page in reader.pages)
        title = (reader.metadata.title if reader.metadata else "") or ""
    except FileNotDecryptedError as error:
        raise ValueError("It is protected by a password; save it without one.") from error
    except PyPdfError as error:
        raise ValueError("It is not a readable PDF; open it and save it anew.") from error
    except (
        Exception
    ) as error:  # a broken file breaks the library anywhere: KeyError, AttributeError, zlib.error, …
        raise ValueError("It is a damaged PDF; open it and save it anew.") from error
    if too_long:
        raise ValueError(f"It has more than {_MAX_PAGES} pages; split it into articles.")
    if not text.strip():
        raise ValueError(
            "It holds pictures of text only, as from a scanner; run a text recognition over it first."
        )
    return {"title": title}, text


def _text_of(file: Path) -> str:
    """The text of a file in the encoding that it shows or names; else in the one of older Windows programs."""
    raw = file.read_bytes()
    named = _CHARSET.search(raw[:2_000])
    encodings = [
        "utf-8-sig",
        *(["utf-16"] if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else []),
        *([named[1].decode("ascii")] if named else []),
        "cp1252",
    ]
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError, LookupError):
            return raw.decode(encoding)
    return raw.decode("latin-1")


def _clean(text: str) -> str:
    """Without the NULs that some PDFs hold: databases refuse them."""
    return text.replace("\x00", "").strip()
