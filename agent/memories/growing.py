"""How memories grow: what is the same, how widely it holds, when it is used, what takes the place of what. Pure."""

from collections.abc import Sequence

from agent.drafting.draft import Topic
from agent.memories.alignment import likeness, near_identical
from agent.memories.memory import Kind, Lesson, Rules, Scope, Seen, shipped_rules
from agent.memories.parts import NAME

_ONE_VALUE = {Topic.GREETING, Topic.SIGN_OFF, Topic.ADDRESS, Topic.LENGTH}
"""Topics in which a letter can follow one memory only."""


def same(one: Lesson, other: Lesson) -> bool:
    """Whether two lessons teach the same thing, typing mistakes aside."""
    if one.topic is not other.topic or _letters(one) != _letters(other):
        return False
    if one.topic is Topic.PHRASE and not near_identical(one.before, other.before):
        return False
    return near_identical(one.after, other.after)


def _letters(lesson: Lesson) -> tuple[str, str, bool]:
    """The letters that a lesson is for: of one language and manner, and greeting somebody by name or nobody."""
    named = lesson.topic is Topic.GREETING and NAME in lesson.before
    return lesson.language, lesson.manner, named


def contradicts(one: Lesson, other: Lesson) -> bool:
    """Whether both cannot be followed in the same letter."""
    if one.language != other.language or same(one, other):
        return False
    if {one.topic, other.topic} == {Topic.PHRASE, Topic.SENTENCE}:
        phrase, statement = (one, other) if one.topic is Topic.PHRASE else (other, one)
        return not phrase.after and near_identical(phrase.before, statement.after)
    if one.topic is not other.topic:
        return False
    if one.topic in _ONE_VALUE:
        return _letters(one) == _letters(other)
    if one.topic is Topic.PHRASE:
        turned_back = near_identical(one.before, other.after) and near_identical(one.after, other.before)
        return near_identical(one.before, other.before) or turned_back
    alike = likeness(one.after, other.after) >= shipped_rules().likeness["same_matter"]
    replaced = bool(one.before) and near_identical(one.before, other.after)
    return alike or replaced or (bool(other.before) and near_identical(other.before, one.after))


def scope_of(lesson: Lesson, seen: Sequence[Seen]) -> tuple[Scope, str]:
    """The narrowest scope that holds every case in which it was seen, and whom it names there."""
    customers = {one.customer for one in seen}
    if lesson.tied or len(customers) <= 1:
        return Scope.CUSTOMER, next(iter(customers), "")
    companies, categories = ({getattr(one, name) for one in seen} for name in ("company", "category"))
    if len(companies) == 1 and (company := companies.pop()):
        return Scope.COMPANY, company
    if len(categories) == 1 and (category := categories.pop()):
        return Scope.CATEGORY, category
    return Scope.ALL, ""


def strength(seen: Sequence[Seen]) -> int:
    """In how many cases it was seen: ten edits of one letter are one."""
    return len({one.case_id for one in seen})


def needed(lesson: Lesson, scope: Scope, rules: Rules | None = None) -> int:
    """The cases that are needed before it is used without a person's word."""
    evidence = (rules or shipped_rules()).evidence
    phrase = lesson.kind is Kind.PREFERENCE and lesson.topic is Topic.PHRASE
    least = evidence["phrase" if phrase else lesson.kind.value]
    return max(least, evidence["all"]) if scope is Scope.ALL else least
