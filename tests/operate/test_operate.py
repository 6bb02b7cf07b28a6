"""Watching, expecting and telling, as plain functions."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from pipelines.operate.alerts import (
    WEBHOOK,
    Alert,
    Alerts,
    Expected,
    Operations,
    OperationsError,
    of_failure,
    overdue,
    read_operations,
    send,
)
from pipelines.operate.landing import Watched, copy_into, from_text, look
from tests.operate.instances import hook

ALERT = Alert("failed", "subject", "text")


def _looks(folder: Path, watched: Watched, times: int) -> tuple[Watched, int]:
    started = 0
    for _ in range(times):
        watched, is_due = look(folder, from_text(watched.to_text()))
        started += is_due
    return watched, started


def test_one_run_for_each_change_of_content(tmp_path: Path) -> None:
    watched, started = _looks(tmp_path, Watched(), 3)
    assert started == 0
    path = tmp_path / "a.txt"
    keys = set()
    for text in ("one", "two", "one"):
        path.write_text(text)
        os.utime(path, ns=(0, len(keys)))
        watched, started = _looks(tmp_path, watched, 4)
        assert started == 1
        keys.add(watched.run_key)
    assert len(keys) == 3
    os.utime(path, ns=(0, 99))
    (tmp_path / ".b.txt.part").write_text("on its way")
    assert _looks(tmp_path, watched, 3)[1] == 0


def test_no_run_while_files_keep_coming(tmp_path: Path) -> None:
    watched = Watched()
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text("text")
        watched, is_due = look(tmp_path, watched)
        assert not is_due
    assert look(tmp_path, watched)[1]


def test_a_cursor_that_cannot_be_read_is_a_new_start() -> None:
    assert from_text("{") == from_text('{"files": [1]}') == from_text(None) == Watched()


def test_backfill_copies_once_and_never_over_other_content(tmp_path: Path) -> None:
    folder, landing = tmp_path / "edition", tmp_path / "landing"
    (folder / "en").mkdir(parents=True)
    (folder / "en" / "a.txt").write_text("text")
    assert copy_into(folder, landing) == (1, 0)
    assert copy_into(folder, landing) == (0, 1)
    (landing / "en" / "a.txt").write_text("other")
    with pytest.raises(FileExistsError, match="has other content"):
        copy_into(folder, landing)
    assert (landing / "en" / "a.txt").read_text() == "other"
    with pytest.raises(FileNotFoundError, match="no such folder"):
        copy_into(tmp_path / "none", landing)


def test_overdue_is_what_is_not_here_the_day_after() -> None:
    due = dt.date(2030, 6, 30)
    expected = [Expected(edition=2031, due=due, symbols=("A/85/6 (Sect. 4)",), languages=("en", "fr"))]
    published = [("A/85/6(Sect.4)", "en")]
    assert overdue(expected, published, due) == ()
    assert overdue(expected, published, due + dt.timedelta(days=1)) == (
        "A/85/6 (Sect. 4) fr: expected for the edition 2031 by 2030-06-30",
    )


def test_operations_file_is_read_or_refused_with_its_place(tmp_path: Path) -> None:
    assert read_operations(tmp_path) == Operations()
    path = tmp_path / "operations.toml"
    path.write_text(
        '[alerts]\nnotifiers = ["log", "email"]\n[[expected]]\nedition = 2031\ndue = 2030-06-30\nsymbols = ["A/85/6 (Sect. 4)"]\n'
    )
    expected = Expected(edition=2031, due=dt.date(2030, 6, 30), symbols=("A/85/6 (Sect. 4)",))
    assert read_operations(tmp_path) == Operations(alerts=Alerts(notifiers=("log", "email")), expected=(expected,))
    for text in ("x", "a = 1", '[alerts]\nnotifiers = ["pager"]', "[[expected]]\nedition = 1", "alerts = 1"):
        path.write_text(text)
        with pytest.raises(OperationsError, match=r"operations\.toml: "):
            read_operations(tmp_path)


def test_a_webhook_hears_although_another_notifier_fails() -> None:
    with hook() as (address, heard), pytest.raises(OperationsError, match=r"email .*FASCICLE_MAIL_FROM"):
        send(ALERT, ("email", "webhook"), {WEBHOOK: address})
    assert heard == [{"kind": "failed", "subject": "subject", "text": "text"}]


def test_a_secret_address_is_not_shown() -> None:
    with pytest.raises(OperationsError) as told:
        send(ALERT, ("webhook",), {WEBHOOK: "nothing://secret"})
    assert "secret" not in str(told.value)


def test_a_refused_release_is_distinguished_from_a_failure() -> None:
    assert of_failure("job", "id", [("release", "reasons")], "").kind == "refused"
    assert of_failure("job", "id", [], "no step ran").text == "run id\nno step ran"
