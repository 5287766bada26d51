"""A question as it is drawn: in one language, with its answers to choose from and what was chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agent.desk.feedback.surveys.visits import Place
from agent.feedback.history import Value
from agent.feedback.surveys.questions import Kind, Question, Wording, wording
from api.web.language import marked

FACES = 5
_FACE_WORDS = (
    marked("Very bad"),
    marked("Bad"),
    marked("Neither good nor bad"),
    marked("Good"),
    marked("Very good"),
)
"""For a scale of faces that brings no words of its own."""

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Offer:
    """One answer to choose. `face` is 1 (sad) to 5 (happy), 0 for none."""

    value: str
    words: str
    face: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A question before somebody's eyes. `chosen` is the value or text that stands there."""

    name: str
    kind: Kind
    text: str
    low: str
    high: str
    offers: tuple[Offer, ...]
    chosen: str
    place: Place
    may_skip: bool

    @property
    def words(self) -> str:
        """The words of the chosen answer."""
        return next((each.words for each in self.offers if each.value == self.chosen), "")


def shown(
    question: Question,
    place: Place,
    language: str,
    names: Mapping[str, str],
    translate: Translate,
    *,
    chosen: Value = None,
    may_skip: bool = True,
) -> Shown:
    """`question` in `language`; `names` fill `{company}` and `{subject}`."""

    def said(texts: Wording) -> str:
        return wording(texts, language, **names) if texts else ""

    return Shown(
        name=question.name,
        kind=question.kind,
        text=said(question.text),
        low=said(question.low),
        high=said(question.high),
        offers=_offers(question, said, translate),
        chosen=as_sent(chosen),
        place=place,
        may_skip=may_skip,
    )


def as_sent(value: Value) -> str:
    """An answer as the form sends it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else "" if value is None else str(value)


def _offers(question: Question, said: Callable[[Wording], str], translate: Translate) -> tuple[Offer, ...]:
    match question.kind:
        case Kind.SCALE:
            return tuple(Offer(str(n), said(question.word_of(n))) for n in _numbers(question))
        case Kind.EMOJI:
            return tuple(
                Offer(
                    str(n),
                    said(question.word_of(n)) or translate(_FACE_WORDS[_face(question, n) - 1]),
                    _face(question, n),
                )
                for n in _numbers(question)
            )
        case Kind.YES_NO:
            return Offer("yes", translate(marked("Yes"))), Offer("no", translate(marked("No")))
        case Kind.CHOICE:
            return tuple(Offer(value, said(words)) for value, words in question.options.items())
        case Kind.TEXT:
            return ()


def _numbers(question: Question) -> range:
    return range(question.lowest, question.highest + 1)


def _face(question: Question, number: int) -> int:
    """The face for a number: the ends are the saddest and the happiest, whatever lies between is spread evenly."""
    share = (number - question.lowest) / (question.highest - question.lowest)
    return 1 + round(share * (FACES - 1))
