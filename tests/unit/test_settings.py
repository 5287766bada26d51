"""Settings: what is wrong is named, with the remedy."""

import stat
from pathlib import Path

import pytest

from agent.errors import SettingError
from agent.settings import channels_of, load_settings


def test_an_unknown_name_is_named_with_its_neighbour(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"GENKLANG_DATABSE_URL.*GENKLANG_DATABASE_URL"):
        load_settings({"GENKLANG_DATABSE_URL": "x"}, tmp_path, create_home=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GENKLANG_BROKER_URL", "kafka://host"),
        ("GENKLANG_CHROMA_URL", "host:8000"),
        ("GENKLANG_WEB_PORT", "80000"),
        ("GENKLANG_LOG_LEVEL", "loud"),
        ("GENKLANG_UNDO_SECONDS", "ten"),
        ("GENKLANG_DELIVERY_REPORTS_SECRET", "too short"),
    ],
)
def test_a_value_of_the_wrong_form_names_its_setting(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        load_settings({name: value}, tmp_path, create_home=False)


def test_the_environment_outweighs_dotenv_which_outweighs_toml(tmp_path: Path) -> None:
    (tmp_path / "genklang.toml").write_text('GENKLANG_LOG_LEVEL = "error"\nGENKLANG_WEB_PORT = 9001\n')
    (tmp_path / ".env").write_text("GENKLANG_LOG_LEVEL=warning\n")
    assert load_settings({}, tmp_path, create_home=False).log_level == "warning"
    assert load_settings({"GENKLANG_LOG_LEVEL": "debug"}, tmp_path, create_home=False).log_level == "debug"
    assert load_settings({}, tmp_path, create_home=False).web_port == 9001


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = load_settings({"GENKLANG_HOME": str(home)}, tmp_path)
    again = load_settings({"GENKLANG_HOME": str(home)}, tmp_path)
    assert first.secret_key == again.secret_key != ""
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600


def test_a_secret_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    assert (
        load_settings(
            {"OPENAI_API_KEY_FILE": str(tmp_path / "key")}, tmp_path, create_home=False
        ).openai_api_key
        == "s3cret"
    )


def test_a_secret_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="OPENAI_API_KEY_FILE"):
        load_settings({"OPENAI_API_KEY_FILE": str(tmp_path / "none")}, tmp_path, create_home=False)


def test_secrets_never_show_in_a_representation(tmp_path: Path) -> None:
    settings = load_settings(
        {"OPENAI_API_KEY": "s3cret", "GENKLANG_SECRET_KEY": "k3y of this house"}, tmp_path, create_home=False
    )
    assert "s3cret" not in repr(settings)
    assert "k3y" not in repr(settings)


def test_a_key_that_can_be_guessed_stops_the_start_and_is_not_said(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="GENKLANG_SECRET_KEY is not usable: it is shorter") as refused:
        load_settings({"GENKLANG_SECRET_KEY": "hunter2"}, tmp_path, create_home=False)
    assert "hunter2" not in str(refused.value)


def test_chat_channels_have_names_and_no_url_is_ever_said(tmp_path: Path) -> None:
    urls = "ops=slack://key-a/key-b/key-c\nmsteams://key-d"
    settings = load_settings({"GENKLANG_HOME": str(tmp_path), "GENKLANG_NOTICE_URLS": urls}, tmp_path)
    assert channels_of(settings.notice_urls) == {
        "ops": "slack://key-a/key-b/key-c",
        "chat": "msteams://key-d",
    }
    assert "key-" not in repr(settings)


@pytest.mark.parametrize("wrong", ["secret-key", "ops=secret-key", "a=slack://secret-key a=slack://x"])
def test_a_chat_channel_that_cannot_be_meant_stops_the_start_without_its_key(
    tmp_path: Path, wrong: str
) -> None:
    with pytest.raises(SettingError) as caught:
        load_settings({"GENKLANG_HOME": str(tmp_path), "GENKLANG_NOTICE_URLS": wrong}, tmp_path)
    assert "GENKLANG_NOTICE_URLS" in str(caught.value)
    assert "secret-key" not in str(caught.value)
