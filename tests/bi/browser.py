"""Superset in a real browser: ``make superset-test``. Not collected by pytest, it takes minutes.

A release is copied to a home of its own, Superset started over it as a person would, and Chromium
logs in, opens each dashboard, waits for every chart and takes a picture. Then a new release is swapped
in, and the open server has to show it; then SQL Lab is attacked.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from playwright.sync_api import Page, sync_playwright

from warehouse.bi.assets import DATABASE, identifier
from warehouse.bi.charts import Chart, Dashboard
from warehouse.bi.dashboards import DASHBOARDS
from warehouse.home import Home

# What says of a chart's box: drawn, empty, failed, or none of them yet.
STATE = """box => {
  if (box.querySelector('[data-test="loading-indicator"], .loading')) return 'loading';
  const text = box.innerText || '';
  if (box.querySelector('[role="alert"], .ant-alert-error') || /unexpected error|Data error/i.test(text)) return 'failed: ' + text;
  if (/No results were returned|No data/i.test(text)) return 'empty';
  if (box.querySelector('.header-line')) return 'drawn';
  if (box.querySelector('table tbody tr')) return 'drawn';
  const canvas = box.querySelector('canvas');
  if (canvas && canvas.width && canvas.height) {
    const bytes = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    const seen = new Set();
    for (let i = 0; i < bytes.length; i += 4) if (bytes[i + 3]) seen.add(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
    if (seen.size > 2) return 'drawn';
  }
  return 'blank';
}"""
ATTACKS = (
    "CREATE TABLE stolen AS SELECT 1",
    "DROP TABLE mart_finding",
    "DELETE FROM mart_finding",
    "UPDATE mart_section_total SET amount_usd = 0",
    "INSERT INTO mart_check SELECT * FROM mart_check",
    "ATTACH '/tmp/other.duckdb' AS other",
    "COPY mart_finding TO '/tmp/stolen.csv'",
    "COPY mart_finding FROM '/etc/passwd'",
    "EXPORT DATABASE '/tmp/stolen'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_parquet('https://example.org/x.parquet')",
    "SELECT 1; DROP TABLE mart_finding",
    "WITH gone AS (SELECT 1) DELETE FROM mart_finding",
    "PRAGMA enable_profiling",
    "CALL pragma_version()",
    "CREATE SECRET (TYPE s3)",
)


def main() -> int:
    """Run all of it; returns 0, or 1 with what is wrong on the screen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True, help="a home with a release; it is only read")
    parser.add_argument("--pictures", type=Path, required=True)
    chosen = parser.parse_args()
    chosen.pictures.mkdir(parents=True, exist_ok=True)
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        print("no Chromium here: apt-get install chromium", file=sys.stderr)
        return 2
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="superset-test-") as folder:
        home = copied(Home(chosen.home.resolve()), Home(Path(folder)))
        port = free_port()
        with superset(home, port) as password, sync_playwright() as play:
            wrong += exposed(port)
            chromium = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
            page = chromium.new_page(viewport={"width": 1600, "height": 2400})
            noise = watch(page, f"http://127.0.0.1:{port}")
            log_in(page, port, password)
            for dashboard in DASHBOARDS:
                wrong += opened(page, port, dashboard, home, chosen.pictures)
            wrong += new_release_is_shown(page, port, home)
            wrong += noise
            wrong += attacked(page, port, home)
            chromium.close()
    for line in wrong:
        print("WRONG", line)
    print(f"pictures in {chosen.pictures}" if not wrong else f"{len(wrong)} things wrong")
    return 1 if wrong else 0


def copied(source: Home, target: Home) -> Home:
    """A home with a copy of the current release of another."""
    release = source.current.resolve(strict=True)
    shutil.copytree(release, target.ensure().releases / release.name)
    target.current.symlink_to(release.name)
    return target


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def superset(home: Home, port: int) -> Iterator[str]:
    """Superset as ``make superset`` starts it; yields the password it tells, ends it afterwards."""
    began = time.monotonic()
    command = [sys.executable, "-m", "warehouse.bi.serve", "--home", str(home.root), "--port", str(port)]
    environment = {k: v for k, v in os.environ.items() if k != "FASCICLE_SUPERSET_PASSWORD"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, start_new_session=True
    )
    try:
        assert process.stdout is not None
        password, told = "", []
        for line in process.stdout:
            told.append(line)
            if match := re.search(r"password (\S+)", line):
                password = match[1]
            if line.startswith("Superset: http"):
                break
        else:
            raise SystemExit("Superset did not start:\n" + "".join(told[-20:]))
        while not answers(port):
            if process.poll() is not None or time.monotonic() - began > 600:
                raise SystemExit("Superset did not answer:\n" + "".join(told[-20:]))
            time.sleep(0.3)
        print(f"started in {time.monotonic() - began:.0f} s")
        yield password
    finally:
        stop(process)


def stop(process: subprocess.Popen[str]) -> None:
    """End the server and its workers, which are a group of their own."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def exposed(port: int) -> list[str]:
    """Addresses other than loopback on which the port is open, from the kernel's list."""
    listening = [
        line.split()[1]
        for name in ("tcp", "tcp6")
        if (table := Path("/proc/net") / name).exists()
        for line in table.read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
    ]
    return [f"listens on {where}" for where in listening if not where.startswith("0100007F:")]


def watch(page: Page, own: str) -> list[str]:
    """What the browser complains of, gathered as it comes.

    Superset's pages have a counting picture of its maker's; the content policy stops it, so its being
    stopped is no complaint, and any other way that it ends is one.
    """
    noise: list[str] = []

    def is_stopped(text: str) -> bool:
        return "violates the following Content Security Policy" in text and "scarf.sh" in text

    def ended(request: Any, how: str) -> None:
        if not request.url.startswith((own, "data:", "blob:")) and how != "csp":
            noise.append(f"request to the outside: {request.url} ({how})")

    page.on("console", lambda m: noise.append(m.text) if m.type == "error" and not is_stopped(m.text) else None)
    page.on("pageerror", lambda problem: noise.append(str(problem)))
    page.on("requestfinished", lambda request: ended(request, "finished"))
    page.on("requestfailed", lambda request: ended(request, request.failure or ""))
    page.on("response", lambda r: noise.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    return noise


def log_in(page: Page, port: int, password: str) -> None:
    page.goto(f"http://127.0.0.1:{port}/login/")
    page.locator("input[type=password]").wait_for(timeout=60_000)
    page.locator("input#username, input[type=text]").first.fill("admin")
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/superset/welcome/**", timeout=60_000)


def states(page: Page, dashboard: Dashboard) -> dict[str, str]:
    """What is seen of each chart, by its name."""
    boxes = page.locator(".dashboard-component-chart-holder:has(.chart-slice, [data-test-chart-id])")
    seen = {}
    for number in range(boxes.count()):
        box = boxes.nth(number)
        name = box.locator('[data-test="editable-title"], .header-title').first.inner_text().strip()
        seen[name] = str(box.evaluate(STATE))
    return {chart.name: seen.get(chart.name, "absent") for chart in dashboard.charts}


def wait_for_charts(page: Page, dashboard: Dashboard) -> dict[str, str]:
    """The states of the charts once none is loading and they stay as they are; two minutes at most."""
    until, before = time.monotonic() + 120, {}
    while time.monotonic() < until:
        page.wait_for_timeout(1500)
        now = states(page, dashboard)
        if now == before and not any(s in ("loading", "blank", "absent") for s in now.values()):
            return now
        before = now
    return before


def opened(page: Page, port: int, dashboard: Dashboard, home: Home, pictures: Path) -> list[str]:
    """Open a dashboard and take its picture; returns what is wrong with its charts."""
    began = time.monotonic()
    page.goto(f"http://127.0.0.1:{port}/superset/dashboard/{dashboard.slug}/")
    seen = wait_for_charts(page, dashboard)
    page.screenshot(path=str(pictures / f"{dashboard.slug}.png"), full_page=True)
    print(f"{dashboard.slug}: {len(seen)} charts in {time.monotonic() - began:.0f} s")
    wrong = []
    for chart in dashboard.charts:
        state = seen[chart.name]
        if state == "drawn" or (state == "empty" and not rows_of(chart, dashboard, home)):
            continue
        wrong.append(f"{dashboard.slug}, {chart.name}: {' '.join(state.split())[:200]}")
    return wrong


def rows_of(chart: Chart, dashboard: Dashboard, home: Home) -> int:
    """Rows of the release that a chart stands on, by its own condition and the filters as they first stand."""
    conditions = [chart.where or "true"]
    for chosen in dashboard.filters:
        if chosen.label in chart.unfiltered:
            continue
        if chosen.newest:
            conditions.append(f"{chosen.column} = (SELECT max({chosen.column}) FROM {chosen.dataset})")
        if chosen.default:
            conditions.append(f"{chosen.column} IN ({', '.join(map(repr, chosen.default))})")
    return int(asked(home, f"SELECT count(*) FROM {chart.dataset} WHERE " + " AND ".join(conditions)))


def asked(home: Home, sql: str) -> Any:
    with duckdb.connect(str(home.current.resolve() / "fascicle.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchone()[0]


def number_shown(page: Page, name: str) -> int:
    box = page.locator(".dashboard-component-chart-holder", has=page.get_by_text(name, exact=True)).first
    return int(box.locator(".header-line").inner_text().replace(",", ""))


def new_release_is_shown(page: Page, port: int, home: Home) -> list[str]:
    """Swap a release in, as publishing does, while the server runs: the dashboard has its number."""
    quality = next(d for d in DASHBOARDS if d.slug == "quality")
    count = "SELECT count(*) FROM mart_finding"
    numbers, wanted = [number_shown(page, "All findings")], [asked(home, count)]
    old = home.current.resolve()
    new = old.with_name("99990101T000000-000001")
    shutil.copytree(old, new)
    with duckdb.connect(str(new / "fascicle.duckdb")) as connection:
        connection.execute("DELETE FROM mart_finding WHERE severity <> 'error'")
    link = home.releases / "next"
    link.symlink_to(new.name)
    link.rename(home.current)
    page.goto(f"http://127.0.0.1:{port}/superset/dashboard/quality/")
    wait_for_charts(page, quality)
    numbers.append(number_shown(page, "All findings"))
    wanted.append(asked(home, count))
    print(f"findings shown before and after a new release: {numbers[0]}, {numbers[1]}")
    return [] if numbers == wanted and numbers[0] != numbers[1] else [f"findings shown {numbers}, stored {wanted}"]


def attacked(page: Page, port: int, home: Home) -> list[str]:
    """Send SQL Lab a harmless question and the attacks; returns what got through."""
    base = f"http://127.0.0.1:{port}/api/v1"
    release = home.current.resolve() / "fascicle.duckdb"
    before = hashlib.sha256(release.read_bytes()).hexdigest()
    listed = page.request.get(f"{base}/database/").json()["result"]
    number = next(
        d["id"] for d in listed if d["database_name"] == DATABASE and d["uuid"] == identifier("database", DATABASE)
    )
    token = page.request.get(f"{base}/security/csrf_token/").json()["result"]

    def send(sql: str) -> tuple[int, str]:
        answer = page.request.post(
            f"{base}/sqllab/execute/",
            data={
                "database_id": number,
                "sql": sql,
                "runAsync": False,
                "client_id": os.urandom(5).hex(),
                "queryLimit": 100,
            },
            headers={"X-CSRFToken": token, "Referer": base},
            timeout=60_000,
        )
        return answer.status, answer.text()

    wrong = []
    status, text = send("SELECT count(*) AS n FROM mart_finding")
    if status != 200 or json.loads(text)["data"] != [{"n": asked(home, "SELECT count(*) FROM mart_finding")}]:
        wrong.append(f"SQL Lab doesn't answer a plain question: {status} {text[:300]}")
    for attack in ATTACKS:
        status, text = send(attack)
        if status < 400:
            wrong.append(f"SQL Lab ran {attack}: {text[:200]}")
        elif "errors" not in text:
            wrong.append(f"SQL Lab failed, instead of refusing, on {attack}: {status} {text[:200]}")
    if hashlib.sha256(release.read_bytes()).hexdigest() != before:
        wrong.append("the release's file was changed")
    print(f"{len(ATTACKS)} attack statements sent to SQL Lab")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
