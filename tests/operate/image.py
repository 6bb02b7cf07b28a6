"""What the Dockerfile's stages do, without Docker: wheel, locked requirements, an environment of its own, a run from it.

Run by ``make image``.
"""

from __future__ import annotations

import os
import re
import subprocess
import zipfile
from pathlib import Path

import yaml

from tests.shared import BUNDLED, ROOT

UV = ROOT / ".tools" / "bin" / "uv"
DEPLOY = ROOT / "deploy"


def call(*command: str | Path, folder: Path = ROOT, **variables: str) -> str:
    """What a program says; it has to end well."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "VIRTUAL_"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env={**environment, **variables}, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def lines_of(dockerfile: str) -> list[str]:
    """Commands that the Dockerfile's stages run with uv, without their paths in the image."""
    return [line.removeprefix("RUN ") for line in dockerfile.splitlines() if line.startswith("RUN uv ")]


def test_wheel_environment_and_entry_points(tmp_path: Path) -> None:
    wheels, environment = tmp_path / "wheels", tmp_path / "environment"
    commands = " && ".join(lines_of((DEPLOY / "Dockerfile").read_text("utf-8")))
    commands = commands.replace("/wheels", str(wheels)).replace("/opt/fascicle", str(environment))
    for command in commands.split(" && "):
        call("sh", "-c", re.sub(r"^uv", str(UV), command), UV_PYTHON_DOWNLOADS="never", UV_PYTHON="3.11")
    (wheel,) = wheels.glob("fascicle-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    for room in ("warehouse", "expectations", "pipelines"):
        kept = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / room).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert kept <= packed, f"not in the wheel: {sorted(kept - packed)[:5]}"
    programs, home = environment / "bin", tmp_path / "home"
    for program in ("fascicle", "dagster-webserver", "dagster-daemon", "dask"):
        call(programs / program, "--help", folder=tmp_path)
    document = tmp_path / BUNDLED.name
    document.write_bytes(BUNDLED.read_bytes())
    said = call(programs / "fascicle", "run", document, folder=tmp_path, FASCICLE_HOME=str(home))
    assert "Published release" in said
    listed = call(
        programs / "dagster", "definitions", "validate", "-m", "pipelines.definitions",
        folder=tmp_path, DAGSTER_HOME=str(tmp_path), FASCICLE_EXECUTOR="dask", FASCICLE_BATCHES="4",
    )  # fmt: skip
    assert "error" not in listed.lower()


def test_compose_names_programs_and_variables_that_there_are() -> None:
    composed = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    services = composed["services"]
    assert set(services) == {"webserver", "daemon", "postgres"}
    for name, program in (("webserver", "dagster-webserver"), ("daemon", "dagster-daemon")):
        assert services[name]["command"][0] == program
        assert services[name]["build"]["dockerfile"] == "deploy/Dockerfile"
    settings = yaml.safe_load((DEPLOY / "dagster.yaml").read_text("utf-8"))
    variable = settings["storage"]["postgres"]["postgres_url"]["env"]
    assert variable in services["daemon"]["environment"]
    example = dict(line.split("=", 1) for line in (DEPLOY / ".env.example").read_text("utf-8").splitlines())
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text("utf-8")))
    passed = {name for name, value in services["daemon"]["environment"].items() if value is None}
    assert asked <= set(example) <= asked | passed
    told = "".join(
        (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("operations", "postgresql", "ducklake")
    )
    assert not {name for name in passed if f"`{name}`" not in told}
