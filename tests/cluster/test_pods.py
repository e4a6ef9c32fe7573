"""What must hold of every pod of the portal on Kubernetes."""

import re
import subprocess

import pytest

from qingdao_portal import gunicorn_conf
from tests.cluster.manifests import NAME, OVERLAYS, ROOT, matches, of_kind, one, overlay, pods

CONTAINERS = ROOT / "deploy/containers"
DEPLOYMENTS = ("front", "web", "worker")
NGINX_ENDS_IN = 45
KINDS_OF_IMAGE = {"portal", "front"}


@pytest.fixture(params=OVERLAYS)
def resources(request):
    return overlay(request.param)


def test_everything_there_is_to_run_is_there(resources):
    kinds = {(pod.kind, pod.name) for pod in pods(resources)} - {("Deployment", "limits")}
    jobs = {("Job", "prepare"), ("CronJob", "backup")}
    assert kinds == {*(("Deployment", name) for name in DEPLOYMENTS), *jobs}


def test_pods_have_no_rights(resources):
    for pod in pods(resources):
        spec = pod.spec
        assert spec["securityContext"] == {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "runAsGroup": 10001,
            "fsGroup": 10001,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        }, pod.name
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False  # they would be variables of the portal
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
        for container in pod.containers:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, (pod.name, container["name"])
    account = one(resources, "ServiceAccount", "portal")
    assert account["automountServiceAccountToken"] is False


def test_the_namespace_refuses_pods_with_rights(resources):
    (namespace,) = of_kind(resources, "Namespace").values()
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    for each in resources:
        assert each["kind"] == "Namespace" or each["metadata"]["namespace"] == "portal"


def test_pods_run_the_images_that_are_built_as_the_user_of_the_images(resources):
    built = (CONTAINERS / "Containerfile").read_text()
    targets = set(re.findall(r"^FROM \S+ AS (\w+)$", built, re.M))
    assert targets >= KINDS_OF_IMAGE
    assert set(re.findall(r"^USER (\S+)$", built, re.M)) == {"10001:10001"}
    for pod in pods(resources):
        for container in pod.containers:
            if pod.name == "limits":
                assert container["image"].startswith("docker.io/library/redis:")
                continue
            image = re.fullmatch(r"registry\.example/(\w+):RELEASE", container["image"])
            assert image[1] == ("front" if pod.name == "front" else "portal")


def test_pods_say_what_they_need(resources):
    for pod in pods(resources):
        for container in pod.containers:
            told = container["resources"]
            assert told["requests"].keys() == {"cpu", "memory"}, (pod.name, container["name"])
            assert "memory" in told["limits"]
            assert "cpu" not in told["limits"]  # readers would wait for nothing


def test_volumes_are_declared_and_used(resources):
    claims = of_kind(resources, "PersistentVolumeClaim")
    asked_for = set()
    for pod in pods(resources):
        declared = {volume["name"]: volume for volume in pod.spec["volumes"]}
        mounted = {
            mount["name"] for container in pod.containers for mount in container["volumeMounts"]
        }
        assert mounted == declared.keys(), pod.name
        for volume in declared.values():
            if "persistentVolumeClaim" in volume:
                asked_for.add(volume["persistentVolumeClaim"]["claimName"])
            if "emptyDir" in volume:
                assert "sizeLimit" in volume["emptyDir"], (pod.name, volume["name"])
    assert asked_for == claims.keys()


def test_what_several_nodes_mount_can_be_mounted_by_them():
    for name, mode in (("production", "ReadWriteMany"), ("small", "ReadWriteOnce")):
        claim = one(overlay(name), "PersistentVolumeClaim", "mirror")
        assert claim["spec"]["accessModes"] == [mode]


def test_only_the_worker_writes_the_mirror(resources):
    for pod in pods(resources):
        for mount in pod.main["volumeMounts"]:
            if mount["name"] == "mirror":
                assert mount["mountPath"] == "/var/lib/qingdao-portal-mirror"
                assert mount.get("readOnly", False) == (pod.name != "worker"), pod.name


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_services_are_probed_without_asking_the_database(resources, name):
    pod = next(pod for pod in pods(resources) if pod.name == name)
    asked = {
        kind: probe.get("httpGet", {}).get("path")
        for kind in ("startupProbe", "livenessProbe", "readinessProbe")
        if (probe := pod.main.get(kind))
    }
    address = {"web": "/healthz", "front": "/alive"}
    if name == "worker":
        assert asked == {"livenessProbe": None}
        assert "run/worker.alive" in pod.main["livenessProbe"]["exec"]["command"][-1]
    else:
        assert set(asked.values()) == {address[name]}
        assert len(asked) == 3


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_drained_node_takes_one_pod_at_most(resources, name):
    (budget,) = (
        each
        for each in of_kind(resources, "PodDisruptionBudget").values()
        if matches(each["spec"]["selector"], {NAME: name})
    )
    assert budget["spec"]["maxUnavailable"] == 1
    rollout = one(resources, "Deployment", name)["spec"]["strategy"]["rollingUpdate"]
    assert rollout == {"maxSurge": 1, "maxUnavailable": 0}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_pods_stand_on_different_nodes_and_zones(resources, name):
    deployment = one(resources, "Deployment", name)
    spread = deployment["spec"]["template"]["spec"]["topologySpreadConstraints"]
    keys = [each["topologyKey"] for each in spread]
    assert keys == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
    for each in spread:
        assert matches(each["labelSelector"], {NAME: name})


def test_pods_are_given_the_time_to_end(resources):
    needs = {
        "front": NGINX_ENDS_IN,
        "web": gunicorn_conf.graceful_timeout,
        "worker": 180 - 1,  # as the unit of systemd gives it
    }
    main = (CONTAINERS / "nginx.conf").read_text()
    assert f"worker_shutdown_timeout {NGINX_ENDS_IN}s;" in main
    unit = (ROOT / "deploy/systemd/qingdao-portal-worker.service").read_text()
    assert "TimeoutStopSec=180" in unit
    for pod in pods(resources):
        if pod.name in needs:
            before = pod.main.get("lifecycle", {}).get("preStop", {}).get("sleep", {})
            takes = before.get("seconds", 0) + needs[pod.name]
            assert pod.spec["terminationGracePeriodSeconds"] > takes
            assert ("sleep" in pod.main.get("lifecycle", {}).get("preStop", {})) == (
                pod.name != "worker"  # nobody is sent to it
            )


def test_code_waits_for_its_tables(resources, tmp_path):
    for pod in pods(resources):
        waits = [container["command"][-1] for container in pod.spec.get("initContainers", ())]
        assert len(waits) == (pod.name in ("web", "worker")), pod.name
        for script in waits:
            assert "python manage.py migrate --check" in script
            assert waited(script, tmp_path) == ["Not prepared yet. the reason"]


def waited(script, folder):
    """What the script says while `python` fails once and then does not."""
    (folder / "python").write_text(
        "#!/bin/sh\n"
        'echo "a traceback\nthe reason\n" >&2\n'
        '[ ! -e "$0.failed" ] || { rm "$0.failed"; exit 0; }\n'
        'touch "$0.failed"; exit 1\n'
    )
    (folder / "sleep").write_text("#!/bin/sh\n")
    for name in ("python", "sleep"):
        (folder / name).chmod(0o755)
    command, environment = ["sh", "-c", script], {"PATH": f"{folder}:/usr/bin:/bin"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=30, check=True
    )
    return done.stdout.splitlines()


def test_the_cache_of_nginx_has_room(resources):
    site = (ROOT / "deploy/nginx/qingdao-portal.conf").read_text()
    kept = int(re.search(r"max_size=(\d+)g", site)[1])
    front = next(pod for pod in pods(resources) if pod.name == "front")
    (volume,) = (each for each in front.spec["volumes"] if each["name"] == "kept")
    assert int(volume["emptyDir"]["sizeLimit"].removesuffix("Gi")) > kept


def test_production_loses_nothing_with_one_node_and_small_has_one_of_each():
    database = one(overlay("production"), "Cluster", "database")["spec"]
    assert database["instances"] == 3
    assert database["postgresql"]["synchronous"] == {
        "method": "any",
        "number": 1,
        "dataDurability": "required",
        "failoverQuorum": True,
    }
    assert database["plugins"][0]["isWALArchiver"] is True
    assert database["affinity"]["podAntiAffinityType"] == "required"
    for name in DEPLOYMENTS:
        assert one(overlay("production"), "Deployment", name)["spec"]["replicas"] >= 2
        assert one(overlay("small"), "Deployment", name)["spec"]["replicas"] == 1
    small = one(overlay("small"), "Cluster", "database")["spec"]
    assert (small["instances"], "synchronous" in small["postgresql"]) == (1, False)
