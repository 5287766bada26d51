"""company.toml: lists are lists, and what cannot be meant is named."""

from pathlib import Path

import pytest

from agent.company import load_company
from agent.errors import SettingError


def test_the_names_of_our_mail_servers_are_read(tmp_path: Path) -> None:
    file = tmp_path / "company.toml"
    file.write_text('[company]\nauthserv_ids = ["mx.firm.example"]\n')
    assert load_company(file).authserv_ids == ("mx.firm.example",)


@pytest.mark.parametrize("key", ["authserv_ids", "brands", "forbidden_phrases"])
def test_a_word_where_a_list_belongs_is_named(tmp_path: Path, key: str) -> None:
    file = tmp_path / "company.toml"
    file.write_text(f'[company]\n{key} = "mx.firm.example"\n')
    with pytest.raises(SettingError, match=f"company.{key} is not a list"):
        load_company(file)
