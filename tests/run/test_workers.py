"""Documents in processes of their own: one that dies, hangs or eats memory takes nothing else with it."""

import json
import sys
import textwrap
from pathlib import Path

import pytest

from pipelines.run.document import Task
from pipelines.run.workers import Limits, perform_all

FAKE = """
import json, os, signal, sys
sys.path.insert(0, {root!r})
from pipelines.run.worker import limit_memory
limit_memory(int(sys.argv[1]))
for line in sys.stdin:
    task = json.loads(line)
    answer = {{"refusal": None, "seconds": 0.0, "is_lasting": True, "detail": ""}}
    match task["name"]:
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "crashed":
            raise SystemExit("segment of the document is broken")
        case "endless":
            signal.pause()
        case "greedy":
            try:
                bytearray(400_000_000)
            except MemoryError:
                answer["refusal"], answer["is_lasting"] = "memory", False
        case "chatty":
            print("loading fonts ...", flush=True)
        case "muddled":
            print('{{"refusal": 7}}', flush=True)
    print(json.dumps(answer), flush=True)
"""


def _tasks(tmp_path: Path, *names: str) -> list[Task]:
    tasks = []
    for name in names:
        path = tmp_path / name
        path.write_bytes(b"x" * (100 - len(tasks)))
        tasks.append(Task(name, name, "pdf", str(path), str(tmp_path / f"{name}.stage"), {}))
    return tasks


@pytest.fixture
def command(tmp_path: Path) -> tuple[str, ...]:
    script = tmp_path / "fake.py"
    script.write_text(textwrap.dedent(FAKE.format(root=str(Path(__file__).parents[2]))))
    return (sys.executable, str(script))


@pytest.mark.parametrize(
    ("culprit", "reason"),
    [
        ("killed", "signal 9"),
        ("crashed", "segment of the document is broken"),
        ("endless", "more than 3 seconds"),
        ("greedy", "memory"),
        ("chatty", "no answer but 'loading fonts ..."),
        ("muddled", "no answer but"),
    ],
)
def test_one_bad_document_is_refused_and_the_others_go_on(
    tmp_path: Path, command: tuple[str, ...], culprit: str, reason: str
) -> None:
    tasks = _tasks(tmp_path, "one", culprit, "two", "three")
    limits = Limits(seconds=3, megabytes=300, processes=2)
    outcomes = {task.name: outcome for task, outcome in perform_all(tasks, limits, command)}
    assert set(outcomes) == {"one", "two", "three", culprit}
    assert reason in outcomes[culprit].refusal
    assert not outcomes[culprit].is_lasting
    assert [outcomes[name].refusal for name in ("one", "two", "three")] == [None, None, None]


def test_no_tasks_start_no_process() -> None:
    assert list(perform_all([], Limits(), ("does-not-exist.py",))) == []


def test_a_real_worker_refuses_what_is_no_document(tmp_path: Path) -> None:
    (task,) = _tasks(tmp_path, "noise.pdf")
    ((_, outcome),) = perform_all([task], Limits(processes=1))
    assert outcome.refusal
    json.dumps(outcome.refusal)


ENVIRONED = """
import json, os, sys
for line in sys.stdin:
    answer = {"refusal": json.dumps(dict(os.environ)), "seconds": 0.0, "is_lasting": False, "detail": ""}
    print(json.dumps(answer), flush=True)
"""


def test_a_process_that_parses_gets_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = (
        "FASCICLE_WEBHOOK",
        "FASCICLE_SMTP_PASSWORD",
        "AWS_SECRET_ACCESS_KEY",
        "DAGSTER_POSTGRES_URL",
        "PGPASSWORD",
    )
    for name in secrets:
        monkeypatch.setenv(name, "not-to-be-told")
    monkeypatch.setenv("FASCICLE_VOCABULARY", str(tmp_path))
    script = tmp_path / "environed.py"
    script.write_text(ENVIRONED)
    ((_, outcome),) = perform_all(_tasks(tmp_path, "a"), Limits(processes=1), (sys.executable, str(script)))
    told = json.loads(outcome.refusal or "")
    assert "not-to-be-told" not in told.values()
    assert told["FASCICLE_VOCABULARY"] == str(tmp_path) and told["PATH"] and told["OPENBLAS_NUM_THREADS"] == "1"
