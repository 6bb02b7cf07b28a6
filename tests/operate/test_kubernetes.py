"""What deploy/kubernetes says holds together, and with what the code and Dagster's Kubernetes library take.

No cluster is started: manifests are held against the client's models, the launcher's settings against its schema.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import kubernetes
import pytest
import yaml
from dagster import DagsterRun, validate_run_config
from dagster._config import process_config
from dagster_k8s import K8sRunLauncher
from dagster_k8s.container_context import K8sContainerContext
from dagster_k8s.job import construct_dagster_k8s_job

from pipelines.defs import build_definitions
from pipelines.defs.automation import run_config
from pipelines.defs.resources import chosen_executor
from tests.shared import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
MANIFEST = list(yaml.safe_load_all((FOLDER / "fascicle.yaml").read_text("utf-8")))
INSTANCE: dict[str, Any] = yaml.safe_load((FOLDER / "dagster.yaml").read_text("utf-8"))


def named(kind: str) -> dict[str, dict[str, Any]]:
    """Resources of a kind by name."""
    return {one["metadata"]["name"]: one for one in MANIFEST if one["kind"] == kind}


def launcher_settings(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The launcher's settings as it gets them. The environment is that of the manifest."""
    for name, value in named("ConfigMap")["fascicle-settings"]["data"].items():
        monkeypatch.setenv(name, value)
    processed = process_config(K8sRunLauncher.config_type(), INSTANCE["run_launcher"]["config"])
    assert processed.success, processed.errors
    settings: dict[str, Any] = processed.value
    return settings


@pytest.mark.parametrize("resource", MANIFEST, ids=[f"{one['kind']} {one['metadata']['name']}" for one in MANIFEST])
def test_manifests_have_no_field_that_kubernetes_lacks(resource: dict[str, Any]) -> None:
    client = kubernetes.client.ApiClient()
    model = client.deserialize(SimpleNamespace(data=json.dumps(resource)), f"V1{resource['kind']}")
    assert client.sanitize_for_serialization(model) == resource


def test_executor_loads_and_a_run_needs_no_settings_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    launcher_settings(monkeypatch)
    assert chosen_executor().name == "k8s"
    job = build_definitions().resolve_job_def("publish_landing")
    assert job.executor_def.name == "k8s"
    assert validate_run_config(job, run_config(Path("/home/fascicle/home"), ["/home/fascicle/home/landing"]))
    assert {f"read_batch_{number}" for number in range(1, 9)} <= {node.name for node in job.all_node_defs}


def test_names_programs_paths_and_variables_are_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = launcher_settings(monkeypatch)
    given = named("ConfigMap")["fascicle-settings"]["data"]
    assert settings["job_namespace"] == given["FASCICLE_NAMESPACE"]
    assert set(settings["env_config_maps"]) <= named("ConfigMap").keys()
    assert settings["service_account_name"] in named("ServiceAccount")
    claims = [one["persistent_volume_claim"] for one in settings["volumes"] if "persistent_volume_claim" in one]
    assert [claim["claim_name"] for claim in claims] == list(named("PersistentVolumeClaim"))
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    image = dict(re.findall(r"(\w+)=(\S+)", re.search(r"^ENV (.*)$", dockerfile, re.M)[1]))  # type: ignore[index]
    assert (image["FASCICLE_HOME"], image["DAGSTER_HOME"]) == (given["FASCICLE_HOME"], settings["dagster_home"])
    assert "--extra k8s" in dockerfile and "--uid 10001" in dockerfile
    made = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
    assert settings["instance_config_map"] in [one["name"] for one in made["configMapGenerator"]]
    assert all((FOLDER / name).is_file() for name in [*made["resources"], *made["configMapGenerator"][0]["files"]])
    programs = {one.name for one in entry_points(group="console_scripts")}
    for deployment in named("Deployment").values():
        pod = deployment["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert container["image"] == given["DAGSTER_CURRENT_IMAGE"]
        assert container["command"][0] in programs and "pipelines.definitions" in container["command"]
        sources = [name for one in container["envFrom"] for source in one.values() for name in source.values()]
        assert sources == [*settings["env_config_maps"], *settings["env_secrets"]]
        assert {one["mountPath"] for one in container["volumeMounts"]} == {
            given["FASCICLE_HOME"],
            f"{settings['dagster_home']}/dagster.yaml",
        }
        assert pod["securityContext"]["runAsUser"] == 10001
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "pipelines").rglob("*.py"))
    read_by_dagster = {name for name in given if name.startswith("DAGSTER_")} | {"FASCICLE_NAMESPACE"}
    assert not [name for name in given.keys() - read_by_dagster if f'"{name}"' not in code]


def test_records_are_kept_as_everywhere_in_production() -> None:
    production = yaml.safe_load((ROOT / "deploy" / "dagster.yaml").read_text("utf-8"))
    assert {name: INSTANCE[name] for name in production} == production


def test_pods_of_runs_see_the_home_and_the_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = launcher_settings(monkeypatch)
    launcher: Any = SimpleNamespace(**{name: settings.get(name) for name in K8sRunLauncher.config_type()})
    context = K8sContainerContext.create_for_run(DagsterRun("publish_landing"), launcher, include_run_tags=True)
    config = context.get_k8s_job_config("fascicle:0.1.0", launcher)
    job = construct_dagster_k8s_job(config, ["dagster"], "run", user_defined_k8s_config=context.run_k8s_config)
    pod = kubernetes.client.ApiClient().sanitize_for_serialization(job)["spec"]["template"]["spec"]
    daemon = named("Deployment")["fascicle-daemon"]["spec"]["template"]["spec"]
    for field in ("volumes", "securityContext", "serviceAccountName"):
        assert pod[field] == daemon[field]
    for field in ("volumeMounts", "envFrom", "image"):
        assert pod["containers"][0][field] == daemon["containers"][0][field]
