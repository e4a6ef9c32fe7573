"""Every resource against the published schema of its kind, of the oldest version and the newest."""

import copy
import functools
import json
from pathlib import Path

import jsonschema
import kubernetes_validate
import pytest
from kubernetes_validate import utils

from tests.cluster.manifests import OVERLAYS, build_with, of_kind, one, overlay

CUSTOM = json.loads((Path(__file__).parent / "schemas/custom-resources.json").read_text())
VERSIONS = ("1.30", "1.37")  # deploy/kubernetes/README.md names them
# It would read two megabytes anew for each resource.
utils.schema_contents = functools.cache(utils.schema_contents)


def problem_of(resource, version):
    """What its schema says against a resource, None where nothing is."""
    name = f"{resource['apiVersion']} {resource['kind']}"
    try:
        if name in CUSTOM:
            jsonschema.validate(resource, CUSTOM[name])
        else:
            kubernetes_validate.validate(resource, version, strict=True)
    except jsonschema.ValidationError as error:
        path = ".".join(map(str, error.absolute_path))
        return f"{resource['kind']} {resource['metadata']['name']}: {path}: {error.message}"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", OVERLAYS)
def test_overlays_are_what_the_schemas_say(name, version):
    found = [problem for each in overlay(name) if (problem := problem_of(each, version))]
    assert found == []


@pytest.mark.parametrize("version", VERSIONS)
def test_so_are_the_components_that_no_overlay_takes(tmp_path, version):
    made = build_with(tmp_path, "autoscaling", "ingress")
    assert [problem for each in made if (problem := problem_of(each, version))] == []
    kinds = {each["kind"] for each in made}
    assert {"HorizontalPodAutoscaler", "Ingress", "ObjectStore", "ScheduledBackup"} <= kinds


@pytest.mark.parametrize("kind", ["Deployment", "Cluster", "NetworkPolicy", "ObjectStore"])
def test_a_misspelt_field_is_seen(kind):
    resource = copy.deepcopy(next(iter(of_kind(overlay("production"), kind).values())))
    assert problem_of(resource, VERSIONS[0]) is None
    resource["spec"]["replicsa"] = 1
    assert "replicsa" in problem_of(resource, VERSIONS[0])


def test_a_misspelt_field_is_seen_deep_inside():
    resource = copy.deepcopy(one(overlay("production"), "Deployment", "web"))
    resource["spec"]["template"]["spec"]["containers"][0]["securityContext"]["runAsUsr"] = 1
    assert "runAsUsr" in problem_of(resource, VERSIONS[1])
    resource = copy.deepcopy(one(overlay("production"), "Cluster", "database"))
    resource["spec"]["postgresql"]["synchronous"]["number"] = "one"
    assert "one" in problem_of(resource, VERSIONS[1])
