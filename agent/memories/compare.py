"""What an edit teaches: the writer's draft beside what a person sent, both redacted.

Pure. Near-identical sentences teach nothing; nor does what holds a placeholder, what repeats the customer's own mail,
or a sentence that only made room for an added answer.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cache

from agent.drafting.answering import ANSWERED, speaks_to
from agent.drafting.draft import Topic
from agent.drafting.phrases import load_rules
from agent.drafting.tone import uses_familiar, uses_polite
from agent.memories.alignment import Change, changes, near_identical, single_run, words_in
from agent.memories.memory import Kind, Lesson, Rules, shipped_rules, words_of
from agent.memories.parts import Parts, greeting_form, parts_of, tells_of_person
from agent.privacy.placeholders import NEARLY
from agent.triage.reading import LANGUAGES
from knowledge.citation import content, numbers

_LONG_NUMBER = 4  # digits from which a number of the customer's mail names their own matter
_A_PHRASE = 8  # letters from which a word or words alone are a phrase, and no article or preposition


@dataclass(frozen=True, slots=True)
class Edit:
    """A draft and what was sent instead. `mail` is the customer's text, `asks` its questions, all redacted.

    `sources` names what each sentence of the draft rested on. `left_open` says that the draft could not answer
    everything. `manner` is formal or informal, as the draft was written.
    """

    written: str
    sent: str
    language: str
    manner: str = ""
    mail: str = ""
    asks: tuple[str, ...] = ()
    left_open: bool = False
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def lessons_of(edit: Edit, rules: Rules | None = None) -> tuple[Lesson, ...]:
    """The lessons of one edit, the surest first; none for a language that is not written."""
    if edit.language not in LANGUAGES:
        return ()
    rules = rules or shipped_rules()
    written, sent = parts_of(edit.written, edit.language), parts_of(edit.sent, edit.language)
    address = _address(edit, written, sent)
    changed = changes(written.body, sent.body)
    statements = [lesson for change in changed if (lesson := _statement(edit, change, rules))]
    found = [*_frame(edit, written, sent), *address, *statements]
    if not address:  # otherwise nearly every sentence changed, for that one reason
        found += _phrases(edit, changed, bool(statements))
    found += _length(edit, written, sent, rules)
    return tuple(dict.fromkeys(found))[: rules.most_per_edit]


def _preference(edit: Edit, topic: Topic, before: str, after: str, manner: str = "") -> Lesson:
    return Lesson(Kind.PREFERENCE, topic, edit.language, before, after, manner=manner)


def _frame(edit: Edit, written: Parts, sent: Parts) -> Iterator[Lesson]:
    """Greeting and sign-off, where both letters have one."""
    before, after = (greeting_form(one.greeting, edit.language) for one in (written, sent))
    if before and after and not near_identical(before, after):
        lesson = _preference(edit, Topic.GREETING, before, after, edit.manner)
        yield replace(lesson, tied=tells_of_person(after, edit.language))
    before, after = written.sign_off, sent.sign_off
    if before and after and not near_identical(before, after) and not NEARLY.search(after):
        yield _preference(edit, Topic.SIGN_OFF, before, after, edit.manner)


def _address(edit: Edit, written: Parts, sent: Parts) -> list[Lesson]:
    forms = [_form_of_address(" ".join(one.body), edit.language) for one in (written, sent)]
    if "" in forms or forms[0] == forms[1]:
        return []
    return [_preference(edit, Topic.ADDRESS, forms[0], forms[1], edit.manner)]


def _form_of_address(text: str, language: str) -> str:
    """Familiar or polite; empty where the text shows neither, or both."""
    familiar, polite = uses_familiar(language, text), uses_polite(language, text)
    return "" if familiar == polite else "familiar" if familiar else "polite"


def _length(edit: Edit, written: Parts, sent: Parts, rules: Rules) -> Iterator[Lesson]:
    before, after = (sum(len(s.split()) for s in one.body) for one in (written, sent))
    if before < rules.length["least_words"]:
        return
    if after <= before * rules.length["short"]:
        yield _preference(edit, Topic.LENGTH, "detailed", "short")
    elif after >= before * rules.length["detailed"]:
        yield _preference(edit, Topic.LENGTH, "short", "detailed")


def _phrases(edit: Edit, changed: list[Change], answered: bool) -> Iterator[Lesson]:
    """Words of the writer's own (no source) that a person replaced or left out."""
    for change in changed:
        taught = any(one.startswith("memory:") for one in edit.sources.get(change.before, ()))
        own = bool(change.before) and not edit.sources.get(change.before)
        if taught and not change.after:
            yield _preference(edit, Topic.PHRASE, change.before, "")
        elif own and change.after and _is_general(run := _narrowed(change)):
            yield _preference(edit, Topic.PHRASE, run.before, run.after)
        elif own and not change.after and not answered and _is_general(change):
            yield _preference(edit, Topic.PHRASE, change.before, "")


def _narrowed(change: Change) -> Change:
    """The words that differ, where they are one run that is a phrase by itself; otherwise the whole sentences."""
    run = single_run(change.before, change.after)
    return run if run is not None and len("".join(words_in(run.before))) >= _A_PHRASE else change


def _is_general(change: Change) -> bool:
    """Whether the words could stand in any letter: no placeholder, no number or instant."""
    text = f"{change.before} {change.after}"
    return bool(words_in(change.before)) and not NEARLY.search(text) and not numbers(text)


def _statement(edit: Edit, change: Change, rules: Rules) -> Lesson | None:
    """The fact or next step that a person added, or put in the place of what a source said; None for other words."""
    text = change.after
    sourced = bool(edit.sources.get(change.before))
    if not text or (change.before and not (sourced and numbers(change.before) != numbers(text))):
        return None
    if text.endswith("?") or NEARLY.search(text) or len(text.split()) > rules.statement["longest"]:
        return None
    if not _is_telling(edit, text, rules) or _echoes(edit, text, rules):
        return None
    ask, fit = _best_ask(edit, text)
    is_step = bool(_pattern(edit.language, "steps").search(text))
    if not (is_step or sourced or fit >= ANSWERED or (edit.left_open and ask)):
        return None
    before = "" if NEARLY.search(change.before) else change.before
    kind = Kind.PROCEDURE if is_step else Kind.FACT
    return Lesson(
        kind, Topic.SENTENCE, edit.language, before, text, about=_plain(ask), tied=_is_tied(edit, text)
    )


def _is_telling(edit: Edit, text: str, rules: Rules) -> bool:
    """Whether a sentence says something, and is not only polite."""
    weight = sum(content(text, edit.language).values()) + rules.statement["number"] * len(numbers(text))
    return weight >= rules.statement["telling"]


def _best_ask(edit: Edit, text: str) -> tuple[str, float]:
    rated = [(speaks_to(ask, edit.mail, text, edit.language), -n) for n, ask in enumerate(edit.asks)]
    return (edit.asks[-max(rated)[1]], max(rated)[0]) if rated else ("", 0.0)


def _plain(ask: str) -> str:
    """A question without what is personal in it: placeholders and numbers."""
    return " ".join(re.sub(r"\S*\d\S*", " ", NEARLY.sub(" ", ask)).split())


def _echoes(edit: Edit, text: str, rules: Rules) -> bool:
    """Whether a sentence is the customer's own: what a stranger writes must never become a source."""
    words, mail = words_in(text), words_in(edit.mail)
    run = SequenceMatcher(None, words, mail, autojunk=False).find_longest_match().size
    return run >= rules.likeness["echo"] * len(words)


def _is_tied(edit: Edit, text: str) -> bool:
    """Whether a statement speaks of this customer's own matter, of one day, or promises something."""
    theirs = {number for number in numbers(edit.mail) if sum(map(str.isdigit, number)) >= _LONG_NUMBER}
    promise = re.compile("|".join(load_rules("promises")[edit.language]), re.IGNORECASE)
    return bool(
        _pattern(edit.language, "tied").search(text) or promise.search(text) or theirs & set(numbers(text))
    )


@cache
def _pattern(language: str, name: str) -> re.Pattern[str]:
    return re.compile("|".join(words_of(language)[name]), re.IGNORECASE)
