"""New text told from quoted text, and from what is forwarded, in mails of many programs and languages."""

from agent.mail.html import read_html
from agent.mail.limits import DEFAULT
from agent.mail.quote import Split, split
from evals.material import Material
from evals.outcome import Miss, Outcome
from evals.rows import Row
from evals.statistics import share, word_bag_f1, words

REPLIES = "1_email/replies/replies.jsonl.gz"
FORWARDS = "1_email/forwards/forwards.jsonl.gz"
LIMIT = 200
SAME = 0.95


def replies(material: Material) -> Outcome:
    """Whether the new text is the maker's. Some count the signature to it: either way is right here."""
    rows = material.peers(REPLIES, LIMIT)
    found = [(row, _agreement(material, row)) for row in material.each("replies", rows)]
    makers = sorted({row["source"] for row in rows})
    return Outcome(
        (
            share("new text right", [value >= SAME for _, value in found], "replies"),
            *(
                share(
                    "new text right", [value >= SAME for row, value in found if row["source"] == maker], maker
                )
                for maker in makers
            ),
        ),
        misses=tuple(
            Miss(f"replies/{row['name']}", f"word-bag F1 ≥ {SAME}", f"{value:.2f}")
            for row, value in found
            if value < SAME
        ),
    )


def _agreement(material: Material, row: Row) -> float:
    parts = _parts(material, row)
    expected = row["expected_reply"] or ""
    with_signature = f"{parts.new_text}\n{parts.signature}"
    return max(word_bag_f1(expected, parts.new_text), word_bag_f1(expected, with_signature))


def _parts(material: Material, row: Row) -> Split:
    if row.get("raw_eml"):
        mail = material.read(row["raw_eml"].encode("utf-8", "surrogateescape"))
        return Split("", "", "") if mail is None else Split(mail.new_text, mail.signature, mail.quoted)
    markup = read_html(row["html"], DEFAULT).text if row.get("html") else ""
    return split(row["text"] or markup, markup)


def forwards(material: Material) -> Outcome:
    """Whether what is forwarded counts as quoted, and what was written above it as new."""
    rows = material.peers(FORWARDS, LIMIT)
    found = [(row, split(row["text"])) for row in material.each("forwards", rows)]
    return Outcome(
        (
            share("forwarded text set apart", [_set_apart(*one) for one in found], "forwards"),
            *(
                share(
                    "forwarded text set apart",
                    [_set_apart(*one) for one in found if one[0]["lang"] == language],
                    f"forwards {language}",
                )
                for language in sorted({row["lang"] for row in rows})
            ),
        ),
        misses=tuple(
            Miss(f"forwards/{row['name']}", row["expected"]["message"] or "nothing new", parts.new_text)
            for row, parts in found
            if not _set_apart(row, parts)
        ),
    )


def _set_apart(row: Row, parts: Split) -> bool:
    above = f"{parts.new_text}\n{parts.signature}"
    return (
        word_bag_f1(row["expected"]["message"] or "", above) >= SAME
        and _within(row["expected"]["body"], parts.quoted) >= SAME
    )


def _within(wanted: str, whole: str) -> float:
    """The share of the words of `wanted` that stand in `whole`."""
    present = set(words(whole))
    sought = words(wanted)
    return sum(word in present for word in sought) / len(sought) if sought else 1.0
