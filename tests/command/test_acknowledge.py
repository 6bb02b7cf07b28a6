"""From a refused draft to a release with known discrepancies, and back when an entry is stale."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from tests.command.support import fascicle, no_rules
from tests.shared import BUNDLED


def test_known_discrepancies_pass_the_strict_gate_and_stale_ones_do_not(tmp_path: Path) -> None:
    home, register = tmp_path / "home", tmp_path / "kept" / "register.toml"
    at = ("--register", str(register))
    with no_rules():
        refused = fascicle(home, "run", "--strict", *at, str(BUNDLED))
    assert refused.exit_code == 4 and "fascicle acknowledge" in refused.output
    findings = json.loads((home / "refused_findings.json").read_text("utf-8"))
    weighty = [finding for finding in findings if finding["severity"] != "info"]
    assert weighty
    for finding in weighty:
        done = fascicle(
            home, "acknowledge", finding["finding_id"][:9], "--reason", "as printed", "--by", "B. Officer", *at
        )
        assert done.exit_code == 0, done.output
    entries = tomllib.loads(register.read_text("utf-8"))["discrepancy"]
    assert {entry["finding_id"] for entry in entries} == {finding["finding_id"] for finding in weighty}
    assert all(entry["decided_by"] == "B. Officer" and entry["claim"] for entry in entries)

    published = fascicle(home, "run", "--strict", *at, str(BUNDLED))
    assert published.exit_code == 0, published.output
    assert f"{len(weighty)} in the register" in published.output
    known = json.loads(
        fascicle(home, "query", "SELECT finding_id FROM mart_finding WHERE acknowledged", "--format", "json").output
    )
    assert {row["finding_id"] for row in known} == {finding["finding_id"] for finding in weighty}
    assert not (home / "refused_findings.json").exists()

    again = fascicle(home, "acknowledge", weighty[0]["finding_id"], "--reason", "again", *at)
    assert again.exit_code == 2 and "already" in again.output
    assert fascicle(home, "acknowledge", "nowhere", "--reason", "x", *at).exit_code == 2

    text = register.read_text("utf-8")
    register.write_text(text.replace(f'printed = "{entries[0]["printed"]}"', 'printed = "1.5"', 1), "utf-8")
    with no_rules():
        stale = fascicle(home, "run", *at, str(BUNDLED))
    assert stale.exit_code == 4 and "has changed" in stale.output
