"""Experiments at the desk: declared by a form, shown with intervals and a verdict in words, stopped with a reason."""

from datetime import timedelta

from agent.store.tables import CompanySettingRow, ExperimentRow, PersonRow, VariantRow
from tests.unit.api.conftest import WebDesk

FORM = {
    "name": "A day or three?", "about": "timing", "trigger": "goal_reached", "holdout": "20", "least_days": "28",
    "sample_size": "0", "cost": "0.05", "arms.0.name": "three days", "arms.0.share": "1", "arms.0.delay_hours": "72",
}  # fmt: skip


def _lead(desk: WebDesk) -> WebDesk:
    assert desk.sign_in("emil@nordlys.example").status_code == 303
    return desk


def test_an_experiment_is_declared_shown_and_stopped(desk: WebDesk) -> None:
    lead = _lead(desk)
    assert lead.get("/feedback/experiments/new").status_code == 200
    assert lead.post("/feedback/experiments/new", FORM).status_code == 303
    page = lead.get("/feedback/experiments").text
    assert "Too early to say: 28 more days." in page
    assert "72 hours after" in page
    assert "<svg" in page
    with lead.house.store.reading() as session:
        row = session.query(ExperimentRow).one()
        arms = session.query(VariantRow).order_by(VariantRow.id).all()
        assert [(one.name, one.change) for one in arms] == [
            ("holdout", {}), ("three days", {"delay_hours": 72.0}),
        ]  # fmt: skip
    answer = lead.post(f"/feedback/experiments/{row.id}/stop", {"decision": "We moved on"})
    assert answer.status_code == 303
    assert "We moved on" in lead.get("/feedback/experiments").text


def test_what_cannot_be_meant_is_said_and_nothing_starts(desk: WebDesk) -> None:
    lead = _lead(desk)
    answer = lead.post("/feedback/experiments/new", FORM | {"least_days": "7", "arms.0.delay_hours": "soon"})
    assert answer.status_code == 422
    assert "Write 28 days or more." in answer.text
    assert "Write a number of hours from 0 to 2160." in answer.text
    with lead.house.store.reading() as session:
        assert session.query(ExperimentRow).count() == 0


def test_agents_look_and_do_not_experiment(signed_in: WebDesk) -> None:
    assert signed_in.get("/feedback/experiments").status_code == 200
    assert signed_in.get("/feedback/experiments/new").status_code == 403


def test_a_variant_is_used_for_everyone_and_taken_back_on_the_same_page(desk: WebDesk) -> None:
    _lead(desk).post("/feedback/experiments/new", FORM)
    with desk.house.store.writing() as unit:
        unit.session.query(PersonRow).filter_by(email="emil@nordlys.example").one().role = "admin"
        row = unit.session.query(ExperimentRow).one()
        row.started_at = desk.house.clock() - timedelta(days=40)
        arm = unit.session.query(VariantRow).filter_by(holdout=False).one().id
    desk.sign_in("emil@nordlys.example")
    assert "Use a variant for everyone" in desk.get("/feedback/experiments").text
    form = {"variant": str(arm), "reason": "More people answer"}
    assert desk.post(f"/feedback/experiments/{row.id}/adopt", form).status_code == 303
    page = desk.get("/feedback/experiments").text
    assert "Used for everyone" in page
    assert "goal reached: asked from: <del>24 hours</del>" in page
    assert "<ins>72 hours</ins>" in page

    with desk.house.store.reading() as session:
        change = session.query(CompanySettingRow).one().id
    answer = desk.post(f"/settings/changes/{change}/undo", {})
    assert answer.headers["location"] == "/feedback/experiments#changes"
    page = desk.get("/feedback/experiments").text
    assert "Taken back on" in page
    assert "Use a variant for everyone" in page


def test_asking_after_another_rule_is_declared_and_told(desk: WebDesk) -> None:
    form = {name: typed for name, typed in FORM.items() if not name.endswith("delay_hours")}
    form |= {"about": "trigger", "arms.0.name": "meeting", "arms.0.after": "meeting"}
    assert _lead(desk).post("/feedback/experiments/new", form).status_code == 303
    assert "by the rule “after a meeting” instead" in desk.get("/feedback/experiments").text
