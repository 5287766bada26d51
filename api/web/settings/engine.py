"""The engine: local or a language model, whether its endpoint answers, what it may cost, and what it has cost."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from agent.desk.settings import engine as rules
from agent.desk.settings.changing import may_decide
from agent.errors import Conflict, OutsideUnavailable, WrongUse
from api.dependencies import AtDesk, Desk, the_settings
from api.web.settings.overview import history, stamp_for, store_change
from api.web.settings.shell import Fields, Typed, may_see, settings_page
from api.web.settings.words import LABELS

router = APIRouter()


@router.get("/settings/engine")
def engine_page(desk: AtDesk) -> Response:
    may_see(desk)
    return _show(desk, Typed(rules.as_typed(desk.house.understanding.engine)))


@router.post("/settings/engine")
def change(desk: AtDesk, fields: Fields) -> Response:
    """Stores what is typed; with `act=test` only asks the endpoint whether it has the model."""
    may_decide(desk.person)
    values, problems = rules.read(fields)
    typed = Typed(fields, problems)
    if fields.get("act") == "test":
        typed.problems = {name: words for name, words in problems.items() if name == rules.NAME}
        return _tested(desk, typed)
    if not problems:
        holding = rules.tables_of(desk.house.understanding.engine)
        changed = {path: value for path, value in values.items() if holding[path] != value}
        try:
            store_change(desk, fields, rules.AREA, changed, {path: holding[path] for path in changed}, {})
            return RedirectResponse("/settings/engine?saved=yes#changes", 303)
        except (WrongUse, Conflict) as problem:
            typed.problem = problem
    return _show(desk, typed)


def _tested(desk: Desk, typed: Typed) -> Response:
    name = typed[rules.NAME].strip()
    if typed.problems or not name:
        typed.problems = {rules.NAME: "Write the model's name as its endpoint has it."}
        return _show(desk, typed)
    try:
        said, failed = desk.house.understanding.probe(name), None
    except OutsideUnavailable as error:
        said, failed = "", error
    return _show(desk, typed, said=said, failed=failed)


def _show(desk: Desk, typed: Typed, *, said: str = "", failed: OutsideUnavailable | None = None) -> Response:
    settings, engine = the_settings(desk.request), desk.house.understanding.engine
    with desk.house.store.reading() as session:
        spent = rules.spending(session, desk.house)
        page = {
            "engine": engine,
            "prices": engine.cap.prices,
            "rules": rules,
            "labels": LABELS,
            "endpoint": settings.openai_base_url,
            "has_key": bool(settings.openai_api_key),
            "timeout": settings.llm_timeout_s,
            "spending": spent,
            "most": max([1, *(one.tokens for _, one in spent.days)]),
            "said": said,
            "failed": failed,
            **history(desk, session, rules.AREA),
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "settings_engine.html", page, form=typed)
