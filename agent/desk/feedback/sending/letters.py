"""The words of a request for feedback: fixed texts in five languages (`letters.toml`), with the scores to click on.

Not drafts: they state nothing but that we would like to know, so no person approves each.
"""

import html
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from agent.feedback.campaigns.short_text import LONGEST, as_sentence, opening_within
from agent.feedback.surveys.questions import LANGUAGES, Kind, Question, wording
from agent.mail.charset import clean_line

FACES = {1: "😞", 2: "🙁", 3: "😐", 4: "🙂", 5: "😀"}
_TOPIC = 80  # characters of the customer's own subject
_BUTTON = (
    "display:inline-block;min-width:24px;padding:9px 10px;margin:0 4px 6px 0;border:1px solid #8a9aa3;"
    "border-radius:6px;color:#0b5568;background:#ffffff;text-decoration:none;text-align:center;font-weight:600"
)
_BODY = "font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;color:#1c2529;max-width:600px"
_SMALL = "font-size:12px;color:#59676e"


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter is filled with. `topic` is the subject that the customer gave their case; any may be empty."""

    name: str
    company: str
    signature: str
    topic: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One answer that a click gives."""

    value: int
    url: str


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as plain text and as HTML. A personal one has no HTML of its own (empty)."""

    subject: str
    text: str
    html: str = ""


def texts_of(language: str, overrides: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """The company's texts of a language laid over the shipped ones; English for other languages."""
    language = language if language in LANGUAGES else "en"
    shipped: dict[str, Any] = _shipped()[language]
    changed = (overrides or {}).get(language, {})
    return {
        key: {**value, **changed.get(key, {})} if isinstance(value, dict) else changed.get(key, value)
        for key, value in shipped.items()
    }


def subject_of_survey(texts: Mapping[str, Any], trigger: str, company: str) -> str:
    """What the question is about, for `{subject}`: "our meeting", or the company itself."""
    about = texts["about_what"]
    words: str = about.get(_shipped()["about"].get(trigger, "default"), about["default"])
    return words.replace("{company}", company)


def invitation(
    texts: Mapping[str, Any],
    words: Words,
    *,
    trigger: str,
    survey: str,
    question: Question,
    language: str,
    survey_url: str,
    scores: Sequence[Score],
    opt_out_url: str,
) -> Written:
    """A letter that asks `question`. Where it has scores, a click on one answers; else there is a link to the survey."""
    names = {"company": words.company, "subject": words.subject}
    lead = _lead(texts, trigger, survey, words)
    asked = wording(question.text, language, **names)
    low = wording(question.low, language) if question.low else ""
    high = wording(question.high, language) if question.high else ""
    greeting = _greeting(texts, words)
    ending = [texts["thanks"], f"{texts['closing']}\n{words.signature}"]
    return Written(
        subject=_one_line(texts["subject"].get(survey, texts["subject"]["default"]), words),
        text=_paragraphs(
            greeting,
            lead,
            asked,
            *_plain_scores(texts, scores, low, high, survey_url),
            *ending,
            f"{texts['opt_out']}\n{opt_out_url}",
        ),
        html=_page(
            _p(greeting),
            _p(lead),
            f'<p style="font-size:17px;font-weight:600">{html.escape(asked)}</p>',
            *_clickable(texts, question, scores, low, high, survey_url),
            *map(_p, ending),
            f'<p style="{_SMALL}">{html.escape(texts["opt_out"])} '
            f'<a href="{html.escape(opt_out_url)}">{html.escape(texts["opt_out_link"])}</a></p>',
        ),
    )


def short_message(
    texts: Mapping[str, Any], words: Words, *, survey: str, survey_url: str, opt_out_url: str
) -> str:
    """A few words with the link, for channels where every character counts; the question is the letter's subject.

    A campaign's own opening follows it, as far as its sentences fit (`LONGEST`).
    """
    question = _one_line(texts["subject"].get(survey, texts["subject"]["default"]), words)
    short = texts["short"]

    def filled(asked: str) -> str:
        first = short["text"].format(company=clean_line(words.company), question=asked, link=survey_url)
        return "\n".join((first, short["no_more"].format(no_more=opt_out_url)))

    plain = filled(question)
    opening = _one_line(short.get("lead", ""), words)
    fitting = opening_within(opening, LONGEST - len(plain) - len(". "))
    return filled(f"{as_sentence(question)} {fitting}") if fitting else plain


def personal(texts: Mapping[str, Any], words: Words) -> Written:
    """A plain mail from a person, without a survey."""
    text: str = texts["personal"]["text"]
    greeting = _greeting(texts, words)
    return Written(
        _one_line(texts["personal"]["subject"], words),
        _paragraphs(
            greeting,
            _filled(_begun(text, greeting), words),
            f"{texts['closing']}\n{words.signature}",
        ),
    )


def _begun(text: str, greeting: str) -> str:
    """After a greeting with a comma the sentence goes on in small letters; without one it begins."""
    return text if greeting.endswith(",") else text[:1].upper() + text[1:]


def _greeting(texts: Mapping[str, Any], words: Words) -> str:
    if not words.name:
        return str(texts["greeting_unnamed"])
    return _filled(texts["greeting"], words)


def _lead(texts: Mapping[str, Any], trigger: str, survey: str, words: Words) -> str:
    leads: Mapping[str, str] = texts["lead"]
    wanted = (leads.get(trigger), leads.get(survey), leads["default"])
    fitting = (lead for lead in wanted if lead and (words.topic or "{topic}" not in lead))
    return _filled(next(fitting), words)


def _filled(text: str, words: Words) -> str:
    topic = clean_line(words.topic)
    topic = topic if len(topic) <= _TOPIC else topic[: _TOPIC - 1].rstrip() + "…"
    values = {"name": words.name, "company": words.company, "subject": words.subject, "topic": topic}
    return text.format_map(values)


def _one_line(text: str, words: Words) -> str:
    return clean_line(_filled(text, words))


def _plain_scores(
    texts: Mapping[str, Any], scores: Sequence[Score], low: str, high: str, survey_url: str
) -> list[str]:
    if not scores:
        return [f"{texts['open']}\n{survey_url}"]
    ends = {scores[0].value: low, scores[-1].value: high}
    lines = [
        f"{score.value}{f' ({ends[score.value]})' if ends.get(score.value) else ''}: {score.url}"
        for score in scores
    ]
    return [texts["one_click"], "\n".join(lines)]


def _clickable(
    texts: Mapping[str, Any],
    question: Question,
    scores: Sequence[Score],
    low: str,
    high: str,
    survey_url: str,
) -> list[str]:
    if not scores:
        link = html.escape(survey_url)
        return [f'<p>{html.escape(texts["open"])} <a href="{link}">{link}</a></p>']
    emoji = question.kind is Kind.EMOJI and question.highest == 5
    links = "\n".join(
        f'<a href="{html.escape(score.url)}" style="{_BUTTON}">'
        f"{FACES.get(score.value, '') + ' ' if emoji else ''}{score.value}</a>"
        for score in scores
    )
    ends = f"{scores[0].value} = {low} · {scores[-1].value} = {high}" if low and high else ""
    return [
        f"<p>{links}</p>",
        *([f'<p style="{_SMALL}">{html.escape(ends)}</p>'] if ends else []),
        _p(texts["one_click"]),
    ]


def _p(text: str) -> str:
    return "<p>" + html.escape(text).replace("\n", "<br>\n") + "</p>"


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _page(*blocks: str) -> str:
    inner = "\n".join(blocks)
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head>'
        f'<body style="{_BODY}">\n{inner}\n</body></html>\n'
    )


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "letters.toml").read_text("utf-8"))
