"""Which troubles of a database pass by themselves, and how they are told."""

import errno
import sqlite3

import pytest
from psycopg import errors as postgres
from sqlalchemy.exc import OperationalError

from agent.errors import SettingError
from agent.store.session import database_problem, is_full, is_passing, open_store


def raised(error: Exception) -> OperationalError:
    return OperationalError("INSERT", {}, error)


@pytest.mark.parametrize(
    "error",
    [
        raised(sqlite3.OperationalError("database or disk is full")),
        raised(postgres.DiskFull("could not extend file: Der Platz ist aus")),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
def test_a_full_disk_passes(error: Exception) -> None:
    assert is_full(error)
    assert is_passing(error)


@pytest.mark.parametrize(
    "error",
    [
        raised(sqlite3.OperationalError("no such table: cases")),
        OSError(errno.EACCES, "Permission denied"),
        ValueError("disk is full"),
    ],
)
def test_other_faults_do_not(error: Exception) -> None:
    assert not is_passing(error)


def test_a_full_disk_is_named_to_people() -> None:
    told = database_problem(raised(sqlite3.OperationalError("database or disk is full")))
    assert told.code == "disk.full"
    assert "Make room" in told.remedy


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3cret@host:none/desk",
        "postgresql://me:s3cret@host:99999/desk",
    ],
)
def test_a_url_that_cannot_be_meant_is_named_without_its_password(url: str) -> None:
    with pytest.raises(SettingError, match="GENKLANG_DATABASE_URL has a port") as refused:
        open_store(url)
    assert "s3cret" not in str(refused.value)
