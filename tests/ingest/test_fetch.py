"""The connector against a server with the faults of the real one: nothing lost, nothing doubled, a line in the status."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from pipelines.ingest.fetch.client import resolve_host
from pipelines.ingest.fetch.log import LOG_NAME, FetchLog
from pipelines.ingest.fetch.model import Clock as RealClock
from pipelines.ingest.fetch.model import FetchError, Outcome, wanted
from pipelines.ingest.fetch.service import Means, fetch, only_one, retry_now
from pipelines.ingest.fetch.status import fetch_status, status_lines
from tests.ingest import fetch_server as faults
from tests.ingest.fetch_server import DOC, WORDPERFECT, Clock, Service, pdf_file, serving, word_file

SECTION = "A/77/6 (Sect. 10)"
KEY = "A/77/6(Sect.10)"
NAME = "A_77_6_Sect.10.zh"
WORD = word_file("ten " * 2000)
TAG = f'"{len(WORD)}"'


@pytest.fixture(autouse=True)
def quick_retries() -> Iterator[None]:
    """Retries without their waits."""
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as running:
        running.documents[KEY, "zh", "docx"] = WORD
        yield running


class Desk:
    """One home, its clock, and the server it asks."""

    def __init__(self, home: Path, service: Service) -> None:
        self.home, self.service, self.clock = home, service, Clock()
        self.settings: dict[str, object] = {"attempts": 2}
        self.resolve = resolve_host

    def get(
        self, *symbols: str, language: str = "zh", formats: tuple[str, ...] = ("docx", "pdf"), again: bool = False
    ) -> list[Outcome]:
        means = Means(self.service.settings(**self.settings), RealClock(self.clock.now, self.clock.sleep), self.resolve)
        documents = [wanted(symbol, language, formats) for symbol in symbols or (SECTION,)]
        return fetch(documents, self.home, means, again=again)

    @property
    def landed(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.home / "landing").iterdir()}

    @property
    def archived(self) -> set[bytes]:
        return {path.read_bytes() for path in (self.home / "archive").rglob("*") if path.is_file()}

    @property
    def lines(self) -> list[str]:
        return status_lines(fetch_status(self.home, self.clock.at))

    def line(self, word: str) -> str:
        found = [line for line in self.lines if line.startswith(word)]
        assert len(found) == 1, self.lines
        return found[0]

    def assert_whole(self, **files: bytes) -> None:
        """Exactly these files are in landing, each archived once under its hash, and no piece lies about."""
        assert self.landed == files
        for path in (self.home / "archive").rglob("*.*"):
            assert path.stem == hashlib.sha256(path.read_bytes()).hexdigest()
        assert set(files.values()) <= self.archived
        assert not list(self.home.rglob("*.part*"))

    def assert_nothing_landed(self) -> None:
        assert self.landed == {} and self.archived == set()


@pytest.fixture
def desk(tmp_path: Path, service: Service) -> Desk:
    return Desk(tmp_path / "home", service)


def test_a_document_is_landed_archived_and_not_asked_for_again(desk: Desk) -> None:
    outcome = desk.get()[0]
    assert (outcome.status, outcome.file_name, outcome.size) == ("fetched", f"{NAME}.docx", len(WORD))
    assert desk.get()[0].status == "here"
    assert len(desk.service.asked) == 1
    desk.assert_whole(**{f"{NAME}.docx": WORD})
    assert desk.lines == ["fetch     1 documents downloaded"]


def test_a_download_asked_for_again_is_not_doubled(desk: Desk) -> None:
    desk.get()
    newer = word_file("newer")
    desk.service.documents[KEY, "zh", "docx"] = newer
    assert desk.get(again=True)[0].status == "fetched"
    desk.assert_whole(**{f"{NAME}.docx": newer})
    assert desk.archived == {WORD, newer}


def test_the_user_agent_says_who_asks(desk: Desk) -> None:
    desk.get()
    agent = desk.service.asked[0][1]["User-Agent"]
    assert agent.startswith("fascicle/0.") and "tests@example.org" in agent


@pytest.mark.parametrize("spelling", ["%2F", "/"])
def test_both_spellings_of_the_symbol_are_tried_and_the_one_that_worked_is_kept(desk: Desk, spelling: str) -> None:
    desk.service.spellings = (spelling,)
    desk.service.documents["A/77/6(Sect.11)", "zh", "docx"] = word_file("eleven")
    desk.get()
    tried = len(desk.service.asked)
    assert tried == (1 if spelling == "%2F" else 2)
    desk.get("A/77/6 (Sect. 11)")
    assert len(desk.service.asked) == tried + 1
    assert spelling in desk.service.asked[-1][0].split("&")[0]
    assert "Sect.10" in desk.service.asked[0][0]


def test_the_next_format_is_taken_where_the_first_is_missing(desk: Desk) -> None:
    pdf = pdf_file("ten")
    desk.service.documents = {(KEY, "zh", "pdf"): pdf}
    assert desk.get()[0].file_name == f"{NAME}.pdf"
    desk.assert_whole(**{f"{NAME}.pdf": pdf})
    assert "A_77_6_Sect.10.zh.pdf is here" in desk.line("missing")


def test_soft_block_opens_the_breaker_which_the_next_run_sees(desk: Desk) -> None:
    symbols = [f"A/77/6 (Sect. {number})" for number in range(1, 9)]
    for number in range(1, 9):
        desk.service.documents[f"A/77/6(Sect.{number})", "zh", "docx"] = word_file(f"section {number}")
    desk.service.fault, desk.service.fault_after = faults.page, 2
    desk.settings["breaker_failures"] = 3
    outcomes = desk.get(*symbols)
    assert [one.status for one in outcomes] == ["fetched"] * 2 + ["failed"] * 3 + ["waiting"] * 3
    asked = len(desk.service.asked)
    assert asked == 2 + 3 * 4
    assert "left alone until" in desk.line("breaker") and "3 documents in a row" in desk.line("breaker")
    assert len([line for line in desk.lines if line.startswith("missing")]) == 6
    assert "Sect. 6" in desk.line("waiting")
    # The next run does not ask at all; after an hour it asks for one document, and once more in vain.
    assert {one.status for one in desk.get(*symbols[2:])} == {"waiting"}
    assert len(desk.service.asked) == asked
    desk.clock.at += 3601
    assert [one.status for one in desk.get(*symbols[2:5])] == ["failed", "waiting", "waiting"]
    desk.clock.at += 3601
    assert {one.status for one in desk.get(*symbols[2:])} == {"waiting"}
    # When the server gives documents again, all come, each once.
    desk.clock.at += 3601
    desk.service.fault = None
    assert {one.status for one in desk.get(*symbols)} == {"here", "fetched"}
    desk.assert_whole(**{f"A_77_6_Sect.{number}.zh.docx": word_file(f"section {number}") for number in range(1, 9)})
    assert desk.lines == ["fetch     8 documents downloaded"]


def test_a_person_can_have_one_document_asked_for_while_the_breaker_is_open(desk: Desk) -> None:
    desk.settings["breaker_failures"] = 1
    desk.service.faults = [faults.page] * 4
    assert desk.get()[0].status == "failed"
    assert desk.get()[0].status == "waiting"
    retry_now(desk.home, desk.service.settings())
    assert desk.get()[0].status == "fetched"
    assert desk.lines == ["fetch     1 documents downloaded"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (faults.page, "a web page of"),
        (faults.nothing, "no bytes came instead of a document"),
        (faults.message, "a message of 17 bytes"),
        (faults.status(404), "no such document (status 404)"),
        (faults.status(403), "status 403, forbidden"),
        (faults.status(500), "status 500"),
    ],
)
def test_an_answer_that_is_no_document_is_reported_and_retried_later(
    desk: Desk, fault: faults.Fault, words: str
) -> None:
    desk.service.fault = fault
    outcome = desk.get(formats=("docx",))[0]
    assert outcome.status == "failed" and words in str(outcome.reason)
    desk.assert_nothing_landed()
    line = desk.line("missing")
    assert f"{SECTION} zh docx" in line and words in line and "tried 1 time" in line
    desk.service.fault = None
    assert desk.get(formats=("docx",))[0].status == "fetched"
    desk.assert_whole(**{f"{NAME}.docx": WORD})
    assert desk.lines == ["fetch     1 documents downloaded"]


def test_429_is_waited_out_as_long_as_the_server_says(desk: Desk) -> None:
    desk.service.faults = [faults.busy("120")]
    assert desk.get()[0].status == "fetched"
    assert sum(desk.clock.slept) >= 120
    assert len(desk.service.asked) == 2
    desk.assert_whole(**{f"{NAME}.docx": WORD})


def test_429_with_a_date_is_waited_out(desk: Desk) -> None:
    desk.service.faults = [faults.busy("Tue, 14 Nov 2023 22:15:20 GMT")]
    assert desk.get()[0].status == "fetched"
    assert sum(desk.clock.slept) >= 120 - 1


def test_429_for_hours_leaves_the_server_alone_for_so_long(desk: Desk) -> None:
    desk.service.faults = [faults.busy("7200")]
    outcome = desk.get()[0]
    assert outcome.status == "failed" and "asks to wait 7200 s" in str(outcome.reason)
    assert sum(desk.clock.slept) < 60
    assert "status 429" in desk.line("missing") and "left alone" in desk.line("breaker")
    desk.clock.at += 7100
    assert desk.get()[0].status == "waiting"
    desk.clock.at += 200
    assert desk.get()[0].status == "fetched"
    desk.assert_whole(**{f"{NAME}.docx": WORD})


def test_429_without_end_is_given_up(desk: Desk) -> None:
    desk.service.fault = faults.busy(None)
    assert desk.get()[0].status == "failed"
    assert len(desk.service.asked) == 2
    assert "too many requests" in desk.line("missing")
    desk.assert_nothing_landed()


def test_a_body_that_stalls_is_taken_up_where_it_stopped(desk: Desk) -> None:
    release = threading.Event()
    desk.service.has_ranges = True
    desk.settings |= {"read_seconds": 0.4, "attempts": 4}
    desk.service.faults = [faults.stalled(WORD, 1000, release, TAG)]
    assert desk.get()[0].status == "fetched"
    release.set()
    assert desk.service.asked[1][1]["Range"] == "bytes=1000-"
    desk.assert_whole(**{f"{NAME}.docx": WORD})


def test_a_server_that_stalls_each_time_is_reported(desk: Desk) -> None:
    release = threading.Event()
    desk.settings["read_seconds"] = 0.4
    desk.service.fault = faults.stalled(WORD, 1000, release)
    outcome = desk.get()[0]
    release.set()
    assert outcome.status == "failed" and "sent nothing for 0.4 s after 1,000 bytes" in str(outcome.reason)
    assert "sent nothing" in desk.line("missing")
    desk.assert_nothing_landed()


def test_a_slow_drip_ends_when_its_time_is_over(desk: Desk) -> None:
    desk.clock.step = 50.0
    desk.settings |= {"document_seconds": 200.0, "attempts": 1}
    desk.service.fault = faults.chunked(WORD * 40, 4096)
    outcome = desk.get()[0]
    assert outcome.status == "failed" and "too slowly" in str(outcome.reason)
    assert "too slowly" in desk.line("missing")
    desk.assert_nothing_landed()


def test_a_truncated_body_is_taken_up_where_the_server_allows_it(desk: Desk) -> None:
    desk.service.has_ranges = True
    desk.service.faults = [faults.truncated(WORD, 700, TAG)]
    assert desk.get()[0].status == "fetched"
    assert desk.service.asked[1][1]["Range"] == "bytes=700-"
    desk.assert_whole(**{f"{NAME}.docx": WORD})


def test_a_truncated_body_is_downloaded_from_the_start_without_ranges(desk: Desk) -> None:
    desk.service.faults = [faults.truncated(WORD, 700)]
    assert desk.get()[0].status == "fetched"
    assert "Range" not in desk.service.asked[1][1]
    desk.assert_whole(**{f"{NAME}.docx": WORD})


def test_a_download_cut_off_repeatedly_is_resumed_by_the_next_run(desk: Desk) -> None:
    desk.service.has_ranges = True
    desk.service.faults = [faults.truncated(WORD, 700, TAG)]
    desk.settings["attempts"] = 1
    outcome = desk.get()[0]
    assert outcome.status == "failed" and "broke off the connection after 700 bytes" in str(outcome.reason)
    assert "broke off" in desk.line("missing")
    desk.assert_nothing_landed()
    assert desk.get()[0].status == "fetched"
    assert desk.service.asked[-1][1]["Range"] == "bytes=700-"
    desk.assert_whole(**{f"{NAME}.docx": WORD})
    assert desk.lines == ["fetch     1 documents downloaded"]


def test_a_version_that_changed_meanwhile_is_not_stitched_together(desk: Desk) -> None:
    desk.service.has_ranges = True
    desk.service.faults = [faults.truncated(WORD, 700, '"another"')]
    assert desk.get()[0].status == "fetched"
    assert desk.service.asked[1][1]["If-Range"] == '"another"'
    desk.assert_whole(**{f"{NAME}.docx": WORD})


@pytest.mark.parametrize("data", [WORD[:700], pdf_file("ten")[:300]])
def test_a_document_without_its_end_is_asked_for_again(desk: Desk, data: bytes) -> None:
    desk.service.faults = [lambda handler: handler.give(data)]
    assert desk.get()[0].status == "fetched"
    desk.assert_whole(**{f"{NAME}.docx": WORD})


@pytest.mark.parametrize(("data", "words"), [(DOC, "Word 97-2003"), (WORDPERFECT, "WordPerfect")])
def test_a_wrong_type_is_kept_in_quarantine_and_the_pdf_taken(desk: Desk, data: bytes, words: str) -> None:
    pdf = pdf_file("ten")
    desk.service.documents = {(KEY, "zh", "docx"): data, (KEY, "zh", "pdf"): pdf}
    assert desk.get()[0].file_name == f"{NAME}.pdf"
    desk.assert_whole(**{f"{NAME}.pdf": pdf})
    assert (desk.home / "quarantine" / f"{NAME}.docx").read_bytes() == data
    assert words in desk.line("missing") and "is here" in desk.line("missing")


def test_a_wrong_type_is_requested_again_only_on_demand(desk: Desk) -> None:
    desk.service.documents[KEY, "zh", "docx"] = DOC
    assert desk.get(formats=("docx",))[0].status == "failed"
    again = desk.get(formats=("docx",))[0]
    assert again.status == "failed" and "Word 97-2003" in str(again.reason)
    assert len(desk.service.asked) == 1
    assert "Word 97-2003" in desk.line("missing")
    desk.get(formats=("docx",), again=True)
    assert len(desk.service.asked) == 2
    assert len(list((desk.home / "quarantine").glob("*.docx"))) == 1
    desk.assert_nothing_landed()


def test_another_format_than_asked_for_is_named_by_its_content(desk: Desk) -> None:
    pdf = pdf_file("ten")
    desk.service.documents[KEY, "zh", "docx"] = pdf
    assert desk.get(formats=("docx",))[0].file_name == f"{NAME}.pdf"
    assert desk.get(formats=("docx",))[0].status == "here"
    assert len(desk.service.asked) == 1
    desk.assert_whole(**{f"{NAME}.pdf": pdf})


def test_redirects_are_followed_among_listed_hosts(desk: Desk) -> None:
    desk.service.routes["/stored"] = lambda handler: handler.give(WORD)
    desk.service.faults = [faults.redirect("/stored")]
    assert desk.get()[0].status == "fetched"
    desk.assert_whole(**{f"{NAME}.docx": WORD})


def test_a_circle_of_redirects_is_left(desk: Desk) -> None:
    desk.service.routes["/a"] = faults.redirect("/b")
    desk.service.routes["/b"] = faults.redirect("/a")
    desk.service.fault = faults.redirect("/a")
    assert "in a circle" in str(desk.get(formats=("docx",))[0].reason)
    assert len(desk.service.asked) == 2 * 3
    assert "in a circle" in desk.line("missing")
    desk.assert_nothing_landed()


def test_a_chain_of_redirects_is_left(desk: Desk) -> None:
    for number in range(20):
        desk.service.routes[f"/{number}"] = faults.redirect(f"/{number + 1}")
    desk.service.fault = faults.redirect("/0")
    assert "more than 5 times" in str(desk.get(formats=("docx",))[0].reason)
    assert "more than 5 times" in desk.line("missing")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://127.0.0.1:9/x", "127.0.0.1, which is not listed"),
        ("http://169.254.169.254/latest", "169.254.169.254, which is not listed"),
        ("http://[::1]:80/", "not listed"),
        ("https://documents.example.com/x", "documents.example.com, which is not listed"),
        ("http://documents.un.org/x", "not to HTTPS"),
        ("https://documents.un.org:8443/x", "not to HTTPS"),
        ("https://me@documents.un.org/x", "a user name"),
        ("file:///etc/passwd", "not listed"),
        ("https://documents.un.org/x", "documents.un.org leads to 10.0.0.7, which is not on the public network"),
    ],
)
def test_a_redirect_elsewhere_is_refused_unasked(desk: Desk, address: str, words: str) -> None:
    desk.service.fault = faults.redirect(address)
    desk.resolve = lambda host, port: ["10.0.0.7"] if host == "documents.un.org" else [host]
    outcome = desk.get(formats=("docx",))[0]
    assert outcome.status == "failed" and words in str(outcome.reason)
    assert len(desk.service.asked) == 2
    assert words in desk.line("missing")
    desk.assert_nothing_landed()


@pytest.mark.parametrize("is_announced", [True, False])
def test_an_oversize_body_is_refused_while_it_comes(desk: Desk, is_announced: bool) -> None:
    desk.settings["largest_bytes"] = 5000
    big = b"PK\x03\x04" + b"x" * 20_000_000
    desk.service.fault = (lambda handler: handler.give(big)) if is_announced else faults.chunked(big, 3000)
    outcome = desk.get(formats=("docx",))[0]
    assert outcome.status == "failed" and "above the 5,000 a document may have" in str(outcome.reason)
    size = int(str(outcome.reason).split(": ")[1].split(" bytes")[0].replace(",", ""))
    assert size == len(big) if is_announced else size < 1_000_000
    assert "above the 5,000" in desk.line("missing")
    desk.assert_nothing_landed()
    assert not list(desk.home.rglob("*.part*"))


def test_an_unreachable_server_is_reported_and_counted(desk: Desk) -> None:
    desk.settings["breaker_failures"] = 1
    desk.service.port, port = 9, desk.service.port
    assert "cannot be reached" in str(desk.get()[0].reason)
    assert "cannot be reached" in desk.line("missing") and "left alone" in desk.line("breaker")
    desk.service.port = port
    desk.assert_nothing_landed()


def test_the_same_bytes_under_two_symbols_are_one_file(desk: Desk) -> None:
    desk.service.documents["A/RES/74/232A", "zh", "docx"] = WORD
    outcomes = desk.get(SECTION, "A/RES/74/232 A")
    assert [one.status for one in outcomes] == ["fetched", "same"]
    assert outcomes[1].file_name == f"{NAME}.docx"
    assert desk.get("A/RES/74/232 A")[0].status == "here"
    assert len(desk.service.asked) == 2
    desk.assert_whole(**{f"{NAME}.docx": WORD})


def test_another_language_sent_in_its_place_is_refused(desk: Desk) -> None:
    desk.service.documents[KEY, "fr", "docx"] = WORD
    desk.get()
    outcome = desk.get(language="fr", formats=("docx",))[0]
    assert outcome.status == "failed" and "the text in zh again" in str(outcome.reason)
    assert f"{SECTION} fr docx" in desk.line("missing")
    desk.assert_whole(**{f"{NAME}.docx": WORD})


def test_a_file_dropped_by_hand_is_taken_as_it_is(desk: Desk) -> None:
    desk.service.fault = faults.page
    desk.get(formats=("docx",))
    asked = len(desk.service.asked)
    (desk.home / "landing" / f"{NAME}.docx").write_bytes(WORD)
    assert desk.get()[0].status == "here"
    assert len(desk.service.asked) == asked
    assert f"{NAME}.docx is here" in desk.line("missing")


def test_an_error_page_dropped_by_hand_is_no_document(desk: Desk) -> None:
    (desk.home / "landing").mkdir(parents=True)
    (desk.home / "landing" / f"{NAME}.docx").write_bytes(faults.PAGE)
    assert desk.get()[0].status == "fetched"
    assert desk.landed == {f"{NAME}.docx": WORD}
    assert desk.archived == {WORD, faults.PAGE}


def test_a_file_dropped_by_hand_under_another_name_is_not_doubled(desk: Desk) -> None:
    (desk.home / "landing").mkdir(parents=True)
    (desk.home / "landing" / "section ten.docx").write_bytes(WORD)
    assert desk.get()[0].file_name == "section ten.docx"
    assert list(desk.landed) == ["section ten.docx"]


def test_a_file_taken_out_of_landing_comes_back_from_the_archive(desk: Desk) -> None:
    desk.get()
    (desk.home / "landing" / f"{NAME}.docx").unlink()
    assert desk.get()[0].status == "restored"
    assert len(desk.service.asked) == 1
    desk.assert_whole(**{f"{NAME}.docx": WORD})


def test_a_fetch_cut_short_before_its_log_is_written_loses_and_doubles_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(FetchLog, "note", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            desk.get()
    assert desk.get()[0].status == "here"
    assert len(desk.service.asked) == 1
    desk.assert_whole(**{f"{NAME}.docx": WORD})


def test_two_fetches_in_one_home_keep_out_of_each_others_way(desk: Desk) -> None:
    desk.home.mkdir()
    with only_one(desk.home), pytest.raises(FetchError, match="another fetch is under way"):
        desk.get()
    assert desk.get()[0].status == "fetched"


def test_a_damaged_log_is_named_and_touches_nothing(desk: Desk) -> None:
    desk.get()
    (desk.home / LOG_NAME).write_bytes(b"damaged " * 1000)
    with pytest.raises(FetchError, match="move it away"):
        desk.get()
    assert "move it away" in desk.lines[0]
    (desk.home / LOG_NAME).unlink()
    assert desk.get()[0].status == "here"
    desk.assert_whole(**{f"{NAME}.docx": WORD})


@pytest.mark.parametrize("symbol", ["../../etc/passwd", "A/..", "A/77/6/../../x", "A/RES/76/XXX", "", "A/77/6\x00"])
def test_what_is_no_symbol_makes_no_address_and_no_file(symbol: str) -> None:
    with pytest.raises((FetchError, ValueError)):
        wanted(symbol)
