"""Watch lists, polling, the command and the asset."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina
from click.testing import CliRunner, Result

from pipelines.command import cli
from pipelines.ingest.fetch.landing import cited_resolutions
from pipelines.ingest.fetch.model import Clock as RealClock
from pipelines.ingest.fetch.model import FetchError, Polled
from pipelines.ingest.fetch.service import Means, poll
from pipelines.ingest.fetch.settings import BUNDLED_LIST, WatchList, list_of, read_watch_list, section_words
from pipelines.ingest.fetch.status import fetch_status
from tests.ingest import fetch_server as faults
from tests.ingest.fetch_server import Clock, Service, pdf_file, serving, word_file
from tests.shared import BUNDLED

KEY = "A/80/6(Sect.10)"


@pytest.fixture(autouse=True)
def quick_retries() -> Iterator[None]:
    """Retries without their waits."""
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


@pytest.fixture
def service() -> Iterator[Service]:
    """A fascicle that cites two resolutions, one of which cites a third."""
    with serving() as running:
        links = ("https://docs.un.org/en/A/RES/70/1", "https://docs.un.org/en/A/RES/72/262C", "https://docs.un.org/x")
        running.documents = {
            (KEY, "en", "docx"): word_file("ten", links),
            ("A/RES/70/1", "en", "docx"): word_file("one", ("https://docs.un.org/en/A/RES/69/15",)),
            ("A/RES/72/262C", "en", "docx"): word_file("two"),
            ("A/RES/69/15", "en", "docx"): word_file("three", ("https://docs.un.org/en/A/RES/1/1",)),
        }
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def _list(home: Path, text: str) -> WatchList:
    path = home / "sources.toml"
    path.write_text(text, "utf-8")
    return read_watch_list(path, {})


def _poll(home: Path, service: Service, text: str, clock: Clock | None = None, at_most: int | None = None) -> Polled:
    clock = clock or Clock()
    watch_list = _list(home, service.toml() + text)
    means = Means(watch_list.settings, RealClock(clock.now, clock.sleep))
    return poll(watch_list, home, means, at_most=at_most)


def _watch(depth: int = 0) -> str:
    return f'[[watch]]\neditions = [2026]\nsections = ["10"]\ncited_depth = {depth}\n'


def test_the_bundled_watch_list_watches_nothing(home: Path) -> None:
    assert list_of(home) == BUNDLED_LIST
    watch_list = read_watch_list(BUNDLED_LIST, {})
    assert watch_list.watch == () and watch_list.library is None
    assert poll(watch_list, home) == Polled((), (), ())


def test_what_the_bundled_watch_list_shows_can_be_read(home: Path) -> None:
    lines = [line.removeprefix("# ") for line in BUNDLED_LIST.read_text("utf-8").splitlines()[3:]]
    watch_list = _list(home, "\n".join(lines))
    symbols = {str(one.symbol) for one in watch_list.watch[0].documents()}
    assert {"A/80/6 (Sect. 36)", "A/81/6 (Sect. 29A)", "A/80/6 (Sect. 3)/Add.2", "A/81/6 (Plan outline)"} <= symbols
    assert watch_list.watch[0].cited_depth == 1 and watch_list.settings.contact == "name@example.org"
    assert watch_list.library is not None and watch_list.library.since == "2022-01-01"


def test_the_contact_in_the_environment_goes_first(home: Path) -> None:
    (home / "sources.toml").write_text('contact = "a@example.org"\n')
    settings = read_watch_list(home / "sources.toml", {"FASCICLE_CONTACT": "b@example.org"}).settings
    assert "b@example.org" in settings.user_agent


def test_sections_are_numbers_ranges_letters_and_words() -> None:
    assert section_words(("24/Corr.1", "Income sect. 1")) == ["(Sect. 24)/Corr.1", "(Income sect. 1)"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("watch = ", "not TOML"),
        ("contcat = 'x'", "contcat: no such setting"),
        ("contact = 'x\\ny'", "contact"),
        ('contact = "a\\nb"', "one line of plain ASCII"),
        ("[limits]\nhourly_limit = 1200", "limits, hourly_limit: should be less than 1200"),
        ("[limits]\npause_seconds = -1", "limits, pause_seconds: should be greater than or equal to 0"),
        ("[limits]\nattempts = 1.5", "limits, attempts: should be a valid integer"),
        ("[limits]\nattempts = 0", "limits, attempts: should be greater than or equal to 1"),
        ("[limits]\nspeed = 9", "limits, speed: no such setting"),
        ("[source]\nhosts = 'documents.un.org'", "source, hosts: must be a list"),
        ("[source]\naddress = 'https://x/{symbol}'", "source, address: lacks {language}"),
        ("source = 1", "source: must be a table"),
        ("[watch]\nsymbols = ['A/RES/76/1']", "watch: must be a list"),
        ("[[watch]]\nsymbols = ['nothing']", "watch 1: 'nothing'"),
        ("[[watch]]\nsymbols = ['A/RES/76/XXX']", "no number yet"),
        ("[[watch]]\neditions = [2026]", "go together"),
        ("[[watch]]\neditions = [26]\nsections = ['1']", "watch 1, editions 1: should be greater than 1946"),
        ("[[watch]]\nsymbols = ['A/RES/76/1']\nlanguages = ['de']", "'de'"),
        ("[[watch]]\nsymbols = ['A/RES/76/1']\nformats = ['doc']", "only docx, pdf"),
        ("[[watch]]\nsymbols = ['A/RES/76/1']\ndepth = 1", "watch 1, depth: no such setting"),
        ("[library]\nsince = '2022'", "library, since: must be a day"),
    ],
)
def test_a_faulty_watch_list_is_reported_with_its_place(home: Path, text: str, words: str) -> None:
    if words == "contact":
        assert _list(home, text).settings.contact == "x\\ny"
        return
    with pytest.raises(FetchError) as told:
        _list(home, text)
    assert words in str(told.value) and "sources.toml" in str(told.value) and "\n" not in str(told.value)


def test_citations_are_followed_down_to_the_depth_and_each_document_comes_once(home: Path, service: Service) -> None:
    names = []
    for depth in range(3):
        polled = _poll(home, service, _watch(depth))
        names.append(sorted(str(one.file_name) for one in polled.outcomes if one.status == "fetched"))
        assert polled.left == () and polled.unread == ()
    assert names == [
        ["A_80_6_Sect.10.en.docx"],
        ["A_RES_70_1.en.docx", "A_RES_72_262_C.en.docx"],
        ["A_RES_69_15.en.docx"],
    ]
    assert len(service.asked) == 4


def test_a_poll_asks_for_so_many_and_leaves_the_rest(home: Path, service: Service) -> None:
    polled = _poll(home, service, _watch(1), at_most=2)
    assert [one.status for one in polled.outcomes] == ["fetched", "fetched"]
    assert [str(one.symbol) for one in polled.left] == ["A/RES/72/262 C"]
    polled = _poll(home, service, _watch(1), at_most=2)
    assert {one.status for one in polled.outcomes} == {"here", "fetched"} and polled.left == ()
    assert len(service.asked) == 3


def test_a_poll_leaves_what_failed_lately_for_later_and_later(home: Path, service: Service) -> None:
    clock = Clock()
    service.fault = faults.page
    assert _poll(home, service, _watch(), clock).outcomes[0].status == "failed"
    asked = len(service.asked)
    polled = _poll(home, service, _watch(), clock)
    assert polled.outcomes == () and [str(one.symbol) for one in polled.left] == ["A/80/6 (Sect. 10)"]
    assert len(service.asked) == asked
    clock.at += 86_401
    assert _poll(home, service, _watch(), clock).outcomes[0].status == "failed"
    clock.at += 86_401
    assert _poll(home, service, _watch(), clock).outcomes == ()
    clock.at += 86_401
    service.fault = None
    assert _poll(home, service, _watch(), clock).outcomes[0].status == "fetched"


def test_a_document_whose_citations_cannot_be_read_is_named(home: Path, service: Service) -> None:
    service.documents = {(KEY, "en", "docx"): pdf_file("no page")}
    polled = _poll(home, service, _watch(1))
    assert polled.outcomes[0].file_name == "A_80_6_Sect.10.en.pdf"
    assert polled.unread[0][0] == "A_80_6_Sect.10.en.pdf"


def test_citations_are_found_in_the_bundled_text() -> None:
    symbols = {str(one) for one in cited_resolutions(BUNDLED.read_bytes(), "txt", "zh")}
    assert {"A/RES/74/232 B", "A/RES/65/280", "E/RES/2021/19"} <= symbols
    assert not any("XXX" in symbol for symbol in symbols)


def _run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        cli, [*arguments, "--home", str(home)], standalone_mode=False, env={"FASCICLE_CONTACT": ""}
    )


def test_the_command_downloads_says_so_and_ends_with_the_exit_code(home: Path, service: Service) -> None:
    (home / "sources.toml").write_text(service.toml())
    result = _run(home, "fetch", "A/80/6 (Sect. 10)", "A/RES/70/1")
    assert result.return_value == 0, result.output
    assert "fetched   A/80/6 (Sect. 10) en: A_80_6_Sect.10.en.docx" in result.output
    assert "Next: fascicle run 'A/80/6 (Sect. 10)' 'A/RES/70/1'" in result.output
    assert _run(home, "fetch", "A/80/6 (Sect. 10)").return_value == 0
    assert len(service.asked) == 2
    result = _run(home, "fetch", "A/80/6 (Sect. 10)", "--language", "zh", "--format", "pdf")
    assert result.return_value == 3
    assert "failed    A/80/6 (Sect. 10) zh: pdf: a web page" in result.output


def test_the_status_has_a_line_for_each_failure(home: Path, service: Service) -> None:
    (home / "sources.toml").write_text(service.toml() + "breaker_failures = 2\n")
    _run(home, "fetch", "A/RES/75/1", "A/RES/75/2", "A/RES/75/3", "--format", "pdf")
    shown = _run(home, "status").output
    assert "missing   A/RES/75/1 en pdf: a web page of" in shown and "missing   A/RES/75/2 en pdf" in shown
    assert "waiting   A/RES/75/3 en: not asked" in shown
    assert "breaker   127.0.0.1 is left alone until" in shown
    found = json.loads(_run(home, "status", "--json").output)["fetch"]
    assert [item["symbol"] for item in found["failed"]] == ["A/RES/75/1", "A/RES/75/2"]
    assert found["failed"][0]["kind"] == "no_document" and found["left_alone"]
    assert "A/RES/75/3" in _run(home, "fetch", "A/RES/75/3", "--format", "pdf", "--now").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name a symbol"),
        (["nothing"], "no United Nations document symbol"),
        (["A/RES/76/XXX"], "no number yet"),
        (["A/RES/76/1", "--language", "de"], "'de'"),
        (["A/RES/76/1", "--format", "doc"], "only docx, pdf"),
    ],
)
def test_wrong_usage_is_reported_in_one_line_before_any_request(home: Path, arguments: list[str], words: str) -> None:
    result = _run(home, "fetch", *arguments)
    assert result.exception is not None and getattr(result.exception, "exit_code", 0) == 2
    assert words in str(result.exception)
    assert list(home.iterdir()) == []


def test_a_symbol_to_run_that_is_not_here_leads_to_fetch(home: Path) -> None:
    result = _run(home, "run", "A/80/6 (Sect. 10)")
    assert "fascicle fetch 'A/80/6 (Sect. 10)'" in str(result.exception)


def test_the_command_fetches_what_a_watch_list_names(home: Path, service: Service) -> None:
    path = home.parent / "mine.toml"
    path.write_text(service.toml() + _watch(1))
    result = _run(home, "fetch", "--watch", str(path))
    assert result.return_value == 0, result.output
    assert len(list((home / "landing").iterdir())) == 3


def test_the_asset_fetches_only_what_is_configured(home: Path, service: Service) -> None:
    from dagster import DagsterInstance, RunConfig, materialize

    from pipelines.defs import ASSETS
    from pipelines.defs.fetch import FetchConfig, fetched_document

    assert fetched_document not in ASSETS

    def counts(**config: object) -> dict[str, object]:
        run_config = RunConfig(ops={"fetched_document": FetchConfig(home=str(home), **config)})
        with DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
            result = materialize([fetched_document], run_config=run_config, instance=instance)
        materialization = result.asset_materializations_for_node("fetched_document")[0]
        return {name: value.value for name, value in materialization.metadata.items()}

    assert counts()["fetched"] == 0
    (home / "sources.toml").write_text(service.toml() + _watch(0))
    assert counts(symbols=["A/RES/70/1"])["fetched"] == 1
    assert counts()["fetched"] == 1
    assert counts()["here"] == 1
    assert len(service.asked) == 2
    assert fetch_status(home)["fetched"] == 2
