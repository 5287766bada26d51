"""The page, both files and the JSON API say the same of the same answers, whatever they are filtered by."""

import csv
import io
import re
import zipfile
from datetime import timedelta

import pytest

from agent.desk.people.tokens import make_token
from agent.store.tables import (
    CustomerRow,
    ExperimentRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    VariantRow,
)
from tests.unit.api.conftest import WebDesk
from tests.unit.desk.feedback.given_answers import answer, customer

FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"segment": "company"},
    {"segment": "gold"},
    {"product": "Regnskab"},
    {"variant": "Reminder: early"},
    {"language": "da"},
    {"channel": "sms"},
    {"segment": "private", "product": "Regnskab"},
)


@pytest.fixture
def answered(signed_in: WebDesk) -> WebDesk:
    """Twelve were asked and answered: firms and people, over two channels, about a product, in a variant."""
    house = signed_in.house
    with house.store.writing() as unit:
        session, now = unit.session, house.clock()
        experiment = ExperimentRow(
            name="Reminder",
            about="timing",
            seed="s",
            holdout=0.1,
            least_days=28,
            sample_size=0,
            created_at=now,
        )
        session.add(experiment)
        session.flush()
        arm = VariantRow(experiment_id=experiment.id, name="early", share=1)
        session.add(arm)
        session.flush()
        for number in range(12):
            who = customer(session, house, f"Customer {number}", company="Firm" if number % 2 else "")
            _described(who, number)
            at = now - timedelta(days=number + 1)
            event = FeedbackEventRow(
                customer_id=who.id, kind="purchase", at=at, source="api", created_at=at,
                data={"product": "Regnskab"} if number % 3 == 0 else {},
            )  # fmt: skip
            session.add(event)
            session.flush()
            request = FeedbackRequestRow(
                customer_id=who.id, name="purchase", cause={}, survey="csat", window="prompt", importance=20,
                wanted_from=at, wanted_until=at, state="asked", language="da", created_at=at, event_id=event.id,
                variant_id=arm.id if number % 4 == 0 else None,
            )  # fmt: skip
            session.add(request)
            session.flush()
            channel = "sms" if number % 5 == 0 else "email"
            session.add(
                FeedbackMessageRow(
                    request_id=request.id, customer_id=who.id, channel=channel, state="sent", send_after=at,
                    sent_at=at, created_at=at,
                )
            )  # fmt: skip
            answer(
                session, house, who, 1 + number % 5, request_id=request.id, channel=channel, at=at + timedelta(hours=2),
                touchpoint="purchase", comment="x", redacted_comment="x", language="da" if number % 2 else "en",
                themes=["waiting"] if number % 2 else [], sentiment="negative" if number % 5 < 2 else "positive",
                usefulness=number / 12,
            )  # fmt: skip
    return signed_in


def _described(who: CustomerRow, number: int) -> None:
    who.segment = "gold" if number == 7 else ""
    if number == 8:
        who.attributes = {"product": "Regnskab"}


@pytest.mark.parametrize("chosen", FILTERS, ids=lambda chosen: "-".join(chosen.values()) or "all")
def test_page_files_and_api_agree(answered: WebDesk, chosen: dict[str, str]) -> None:
    page = answered.browser.get("/feedback/answers", params=chosen).text
    shown = re.search(r'id="list-h">(\d+) answer', page)
    assert shown is not None
    number = int(shown[1])
    assert number > 0
    text = answered.browser.get("/feedback/answers.csv", params=chosen).text
    rows = list(csv.DictReader(io.StringIO(text)))
    excel = answered.browser.get("/feedback/answers.xlsx", params=chosen).content
    sheet = zipfile.ZipFile(io.BytesIO(excel)).read("xl/worksheets/sheet1.xml").decode()
    in_excel = [int(number) for number in re.findall(r'<c r="A(?!1")\d+"[^>]*><v>(\d+)</v>', sheet)]
    with answered.house.store.writing() as unit:
        _, secret = make_token(unit, answered.house.person, "figures", answered.house.clock())
    token = {"Authorization": f"Bearer {secret}"}
    listed = answered.browser.get("/api/v1/answers", params=chosen, headers=token).json()["items"]
    ids = [int(row["answer"]) for row in rows]
    assert ids == in_excel == [one["id"] for one in listed]
    assert len(ids) == number
    told = [(one["segment"], one["product"], one["variant"], one["score"]) for one in listed]
    assert told == [(r["segment"], r["product"], r["variant"], float(r["score"])) for r in rows]

    figures = answered.browser.get("/api/v1/feedback/figures", params=chosen, headers=token).json()
    assert figures["funnel"]["steps"]["completed"] == number
    assert sum(figures["distributions"]["csat"].values()) == number
    assert figures["scores"]["csat"]["n"] == number
    assert sum(figures["sentiments"].values()) == number
    assert figures["themes"].get("waiting", 0) == sum("waiting" in row["themes"] for row in rows)
    assert figures["usefulness"] == pytest.approx(sum(float(row["usefulness"]) for row in rows) / number)
    good = sum(float(row["score"]) >= 4 for row in rows) / number
    assert figures["scores"]["csat"]["value"] == pytest.approx(good)


def test_every_mood_and_theme_of_the_page_opens_to_its_answers(answered: WebDesk) -> None:
    page = answered.get("/feedback/answers").text
    for query in ("mood=negative", "mood=positive", "theme=waiting"):
        found = re.search(rf'href="(\?[^"]*{query}[^"]*)#answers">(\d+)<', page)
        assert found is not None, query
        opened = answered.get("/feedback/answers" + found[1].replace("&amp;", "&")).text
        assert f'id="list-h">{found[2]} answers' in opened
