"""Politeness and where requests may go."""

from __future__ import annotations

import itertools
import socket
from pathlib import Path

import httpx
import pytest

from pipelines.ingest.fetch.client import Guard, GuardedTransport, is_public, resolve_host
from pipelines.ingest.fetch.log import FetchLog
from pipelines.ingest.fetch.model import Clock as RealClock
from pipelines.ingest.fetch.model import Failure, seconds_asked, when
from pipelines.ingest.fetch.pace import Breaker, Pace, is_open
from pipelines.ingest.fetch.settings import Settings
from tests.ingest.fetch_server import Clock


def _pace(home: Path, clock: Clock, **changes: object) -> Pace:
    return Pace(Settings(**changes), FetchLog(home), RealClock(clock.now, clock.sleep))  # type: ignore[arg-type]


def _busiest_hour(times: list[float]) -> int:
    return max(sum(1 for other in times if at - 3600 < other <= at) for at in times)


@pytest.mark.parametrize("changes", [{}, {"pause_seconds": 0.0, "long_pause_seconds": 0.0, "hourly_limit": 50}])
def test_no_hour_has_more_requests_than_allowed(tmp_path: Path, changes: dict[str, object]) -> None:
    clock, times = Clock(), []
    pace = _pace(tmp_path, clock, **changes)
    for _ in range(150):
        pace.take_turn()
        times.append(clock.at)
    assert _busiest_hour(times) <= changes.get("hourly_limit", 1000)
    pauses = [later - sooner for sooner, later in itertools.pairwise(times)]
    if not changes:
        assert min(pauses) >= 3.499 and max(pauses) >= 60
        assert 3600 / (sum(pauses) / len(pauses)) < 1200


def test_the_next_run_counts_the_requests_of_the_last(tmp_path: Path) -> None:
    clock = Clock()
    limits = {"pause_seconds": 0.0, "hourly_limit": 5}
    first = _pace(tmp_path, clock, **limits)
    for _ in range(5):
        first.take_turn()
    began = clock.at
    _pace(tmp_path, clock, **limits).take_turn()
    assert clock.at >= began + 3600


def test_a_clock_set_back_makes_nobody_wait_for_years(tmp_path: Path) -> None:
    clock = Clock()
    pace = _pace(tmp_path, clock)
    pace.take_turn()
    clock.at -= 10 * 365 * 86_400
    _pace(tmp_path, clock).take_turn()
    assert sum(clock.slept) < 60


def test_the_breaker_opens_for_longer_each_time_but_a_day_at_most(tmp_path: Path) -> None:
    clock, log = Clock(), FetchLog(tmp_path)
    settings = Settings(breaker_failures=2)
    breaker = Breaker("example.org", settings, log, RealClock(clock.now, clock.sleep))
    breaker.fail(Failure("no_document", "nothing came"))
    breaker.check()
    lengths = []
    for _ in range(8):
        breaker.fail(Failure("no_document", "nothing came"))
        state = log.breaker("example.org")
        with pytest.raises(Failure, match=r"example\.org is left alone until"):
            breaker.check()
        lengths.append(float(state.open_until or 0) - clock.at)
        clock.at = float(state.open_until or 0) + 1
        assert not is_open(state, clock.at)
        breaker.check()
    assert lengths[:3] == pytest.approx([3600, 7200, 14_400]) and max(lengths) == pytest.approx(86_400)
    breaker.succeed()
    assert log.breaker("example.org").times_opened == 0


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("151.101.1.1", True),
        ("2a04:4e42::1", True),
        ("10.0.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::9765:101", True),
        ("2002:a00:1::", False),
        ("nonsense", False),
    ],
)
def test_public_addresses_are_distinguished_from_private_ones(address: str, expected: bool) -> None:
    assert is_public(address) is expected


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    guard = Guard(Settings(), lambda host, port: ["151.101.1.1", "192.168.0.1"])
    with pytest.raises(Failure, match="not on the public network"):
        guard.check(httpx.URL("https://documents.un.org/x"))


def test_the_address_that_was_checked_is_the_one_that_is_asked() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if request.url.host == "151.101.1.1":
            raise httpx.ConnectError("down")
        return httpx.Response(200)

    answers = iter([["151.101.1.1", "151.101.1.2"], ["10.0.0.1"]])
    guard = Guard(Settings(), lambda host, port: next(answers))
    client = httpx.Client(transport=GuardedTransport(guard, httpx.MockTransport(answer)))
    assert client.get("https://documents.un.org/x").status_code == 200
    assert [request.url.host for request in asked] == ["151.101.1.1", "151.101.1.2"]
    assert asked[1].headers["Host"] == "documents.un.org"
    assert asked[1].extensions["sni_hostname"] == "documents.un.org"
    with pytest.raises(Failure, match=r"10\.0\.0\.1"):
        client.get("https://documents.un.org/x")


def test_a_host_that_is_not_found_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(Failure, match="by hand"):
        resolve_host("nowhere.invalid", 443)


def test_times_are_read_and_written() -> None:
    assert when(1_700_000_000) == "2023-11-14 22:13 UTC"
    assert seconds_asked("Tue, 14 Nov 2023 22:14:20 GMT", 1_700_000_000.0) == 60.0
    assert seconds_asked("Tue, 14 Nov 2023 22:12:20 GMT", 1_700_000_000.0) == 0.0
    assert seconds_asked(None, 0) is None and seconds_asked("in a while", 0) is None
