"""The parts that read and write follow what people choose at the desk: prompts, engine and limits."""

from pathlib import Path

import pytest

from agent.company import Company, laid_over
from agent.settings import Settings
from agent.store.tables import PersonRow, PromptCopyRow
from agent.understanding import LazyUnderstanding
from tests.house import TestHouse, build_test_house

SETTINGS = {"llm_model": "big-1", "llm_daily_tokens": 900}


@pytest.fixture
def home(tmp_path: Path) -> TestHouse:
    return build_test_house(tmp_path)


def parts(home: TestHouse, tmp_path: Path) -> LazyUnderstanding:
    return LazyUnderstanding(Settings(home=tmp_path, **SETTINGS), Company(), home.store, home.clock)  # type: ignore[arg-type]


def test_the_engine_of_the_environment_holds_until_people_choose_another(
    home: TestHouse, tmp_path: Path
) -> None:
    running = parts(home, tmp_path)
    assert (running.engine.model, running.engine.cap.tokens) == ("big-1", 900)
    running.follow(laid_over(Company(), {"engine.model": "small-2", "engine.daily_tokens": 50}))
    assert (running.engine.model, running.engine.cap.tokens) == ("small-2", 50)
    running.follow(laid_over(Company(), {"engine.use": "local"}))
    assert (running.engine.model, running.engine.named) == ("", "big-1")
    assert running.reworded() is None, "the local engine reads no prompts"


def test_a_published_prompt_counts_in_a_process_that_runs_already(home: TestHouse, tmp_path: Path) -> None:
    running = parts(home, tmp_path)
    filed = running.prompts.get("draft", "da")
    with home.store.writing() as unit:
        unit.session.add(
            PromptCopyRow(
                task="draft",
                language="da",
                version=7,
                body=f"Vær venlig.\n{filed.body}",
                person_id=unit.session.query(PersonRow).first().id,  # type: ignore[union-attr]
                created_at=home.clock(),
                changed_at=home.clock(),
                published_at=home.clock(),
            )
        )
    running.follow(laid_over(Company(), {"prompts.draft.da": 7}))
    assert running.prompts.get("draft", "da").id == "draft/v7/da"
    beside = running.reworded(filed)
    assert beside is not None
    assert beside.prompts.get("draft", "da").id == "draft/v1/da"
    running.follow(Company())
    assert running.prompts.get("draft", "da").id == "draft/v1/da"


def test_letters_are_translated_by_the_engine_that_people_chose(home: TestHouse, tmp_path: Path) -> None:
    running = LazyUnderstanding(Settings(home=tmp_path), Company(), home.store, home.clock)
    assert running.translator is None, "nothing is named in the environment"
    running.follow(laid_over(Company(), {"engine.model": "small-2"}))
    first = running.translator
    assert first is not None
    running.follow(laid_over(Company(), {"engine.model": "big-1"}))
    assert running.translator is not first
    running.follow(laid_over(Company(), {"engine.model": "big-1", "engine.use": "local"}))
    assert running.translator is None
