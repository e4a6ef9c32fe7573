"""What must agree between the manifests, the portal, its images and each other."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from qingdao_portal.embedded_postgres import binary
from tests.cluster.manifests import (
    FILES,
    OVERLAYS,
    ROOT,
    build_with,
    matches,
    of_kind,
    one,
    overlay,
    pods,
)

DOCUMENTED = set(re.findall(r"^#(\w+)=", (ROOT / ".env.example").read_text(), re.M))
FRONT = (ROOT / "deploy/containers/front").read_text()
NEEDED = {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"}
OF_LIBPQ = {"PGSSLMODE", "PGSSLROOTCERT"}
OF_THE_CLUSTER = {"PUBLIC_NAME", "POD_IP"}  # other variables are put together from them


@pytest.fixture(params=OVERLAYS)
def resources(request):
    return overlay(request.param)


def variables(container, resources):
    """`{name: value}` of a container; None where the value is elsewhere."""
    found = {}
    for source in container.get("envFrom", ()):
        found |= one(resources, "ConfigMap", source["configMapRef"]["name"])["data"]
    for each in container.get("env", ()):
        if wanted := each.get("valueFrom", {}).get("configMapKeyRef"):
            assert wanted["key"] in one(resources, "ConfigMap", wanted["name"])["data"]
    return found | {each["name"]: each.get("value") for each in container.get("env", ())}


def test_every_variable_is_one_of_the_portal(resources):
    for pod in pods(resources):
        for container in pod.containers:
            names = set(variables(container, resources))
            if pod.name == "front":
                known = set(re.findall(r"\$\{?([A-Z_]+)", FRONT))
                assert {"PUBLIC_NAME", "UPSTREAM", "CERTIFICATE"} <= names <= known
                continue
            if pod.name == "limits":
                assert names == set()
                continue
            plain = {name.removesuffix("_FILE") for name in names}
            assert plain - OF_LIBPQ - OF_THE_CLUSTER <= DOCUMENTED, pod.name
            assert plain >= NEEDED, (pod.name, container["name"])
            assert not {"DEBUG", "USE_HTTPS"} & plain


def test_variables_are_put_together_from_earlier_ones(resources):
    for pod in pods(resources):
        for container in pod.containers:
            before = set()
            for each in container.get("env", ()):
                used = set(re.findall(r"\$\((\w+)\)", each.get("value", "")))
                assert used <= before, (pod.name, each["name"])
                before.add(each["name"])


def test_the_worker_and_the_owner_have_what_is_theirs(resources):
    told = {pod.name: variables(pod.main, resources) for pod in pods(resources)}
    assert told["prepare"]["WEB_ROLE"] == "portal_web"
    for name, known in told.items():
        files = known.get("DATABASE_URL_FILE", "")
        assert files.endswith("/uri") == (name in ("prepare", "backup")), name
    image = re.search(r"VAR_DIR=(\S+)", (ROOT / "deploy/containers/Containerfile").read_text())[1]
    for name in ("prepare", "backup"):  # their folder is not the one of the image
        assert told[name]["VAR_DIR"] != image
    assert "VAR_DIR" not in told["web"] | told["worker"]
    for name in ("web", "worker", "prepare"):  # whoever publishes plans a copy
        assert told[name]["MIRROR_DIR"] == "/var/lib/qingdao-portal-mirror"


def test_files_that_are_named_are_mounted(resources):
    for pod in pods(resources):
        for container in pod.containers:
            there = set()
            volumes = {volume["name"]: volume for volume in pod.spec["volumes"]}
            for mount in container["volumeMounts"]:
                for _secret, _key, file in secrets_of(volumes[mount["name"]]):
                    there.add(f"{mount['mountPath']}/{file}")
            told = variables(container, resources)
            named = {
                value
                for name, value in told.items()
                if name.endswith("_FILE") or name == "PGSSLROOTCERT"
            }
            assert named <= there, (pod.name, container["name"])


def test_connections_are_checked_by_whatever_can(resources):
    command = [binary("pg_dump"), "--host=/nowhere"]
    tried = subprocess.run(
        command,
        env={"PGSSLMODE": "verify-ca"},
        capture_output=True,
        text=True,
        check=False,
    )
    can = "SSL support is not compiled in" not in tried.stderr
    for pod in pods(resources):
        for container in pod.containers:
            if pod.name not in ("front", "limits"):
                told = variables(container, resources)
                checks = told.get("PGSSLMODE") == "verify-ca" and "PGSSLROOTCERT" in told
                assert checks == (pod.name != "backup" or can), pod.name


def secrets_of(volume):
    """`(secret, key, file)` of everything in a volume."""
    sources = [{"secret": volume["secret"]}] if "secret" in volume else []
    sources += volume.get("projected", {}).get("sources", [])
    whole = [{"key": name, "path": name} for name in ("tls.crt", "tls.key")]
    for source in sources:
        secret = source["secret"]
        name = secret.get("secretName") or secret["name"]
        for item in secret.get("items", whole):
            yield name, item["key"], item["path"]


def asked_secrets(resources):
    """`(secret, key)` of everything that is asked for."""
    for pod in pods(resources):
        for volume in pod.spec["volumes"]:
            yield from ((name, key) for name, key, _file in secrets_of(volume))
        for container in pod.containers:
            for each in container.get("env", ()):
                if wanted := each.get("valueFrom", {}).get("secretKeyRef"):
                    yield wanted["name"], wanted["key"]
    for role in one(resources, "Cluster", "database")["spec"]["managed"]["roles"]:
        yield from ((role["passwordSecret"]["name"], key) for key in ("username", "password"))
    for store in of_kind(resources, "ObjectStore").values():
        for wanted in store["spec"]["configuration"]["s3Credentials"].values():
            yield wanted["name"], wanted["key"]


def test_every_secret_is_documented_and_none_is_here():
    documented, secret = set(), None
    for name, keys in re.findall(
        r"^\| (?:`([\w-]+)`)? ?\| ((?:`[\w.]+`(?:, )?)+) \|",
        (FILES / "README.md").read_text(),
        re.M,
    ):
        secret = name or secret
        documented |= {(secret, key) for key in re.findall(r"`([\w.]+)`", keys)}
    assert documented == set(asked_secrets(overlay("production")))
    assert set(asked_secrets(overlay("small"))) < documented
    for name in OVERLAYS:
        assert of_kind(overlay(name), "Secret") == {}


def test_selectors_find_what_they_are_for(resources):
    made = list(pods(resources))
    for service in of_kind(resources, "Service").values():
        (pod,) = (
            pod for pod in made if matches({"matchLabels": service["spec"]["selector"]}, pod.labels)
        )
        ports = {port["name"]: port["containerPort"] for port in pod.main["ports"]}
        assert pod.name == service["metadata"]["name"]
        assert all(port["targetPort"] in ports for port in service["spec"]["ports"])
    for deployment in of_kind(resources, "Deployment").values():
        found = [pod.name for pod in made if matches(deployment["spec"]["selector"], pod.labels)]
        assert found == [deployment["metadata"]["name"]]


def test_ports_are_those_of_gunicorn_and_nginx(resources):
    ports = {
        pod.name: {port["name"]: port["containerPort"] for port in pod.main["ports"]}
        for pod in pods(resources)
        if "ports" in pod.main
    }
    running = (ROOT / "docs/running.md").read_text()
    assert f"| `BIND`, `PORT` | `127.0.0.1`, `{ports['web']['http']}` |" in running
    for name, port in (("http", 80), ("https", 443)):
        assert f"s#listen {port}\\b#listen {ports['front'][name]}#" in FRONT
    main = (ROOT / "deploy/containers/nginx.conf").read_text()
    assert f"listen {ports['front']['alive']};" in main
    front = next(pod for pod in pods(resources) if pod.name == "front")
    host, port = variables(front.main, resources)["UPSTREAM"].split(":")
    (served,) = one(resources, "Service", host)["spec"]["ports"]
    assert served["port"] == int(port)
    assert {port["port"] for port in one(resources, "Service", "front")["spec"]["ports"]} == {
        80,
        443,
    }


def test_folders_that_are_written_are_those_of_the_images(resources):
    built = (ROOT / "deploy/containers/Containerfile").read_text() + FRONT
    main = (ROOT / "deploy/containers/nginx.conf").read_text()
    for pod in pods(resources):
        for mount in pod.main["volumeMounts"]:
            if not mount.get("readOnly") and mount["name"] not in ("tmp", "var"):
                assert mount["mountPath"] in built + main, (pod.name, mount["mountPath"])
    command = re.compile(r"python,? manage\.py,? (\w+)")
    for pod in pods(resources):
        for container in pod.containers:
            for name in command.findall(" ".join(container.get("command", ()))):
                assert name in get_commands()


def test_the_database_is_made_as_on_one_machine():
    wanted = (ROOT / "deploy/postgresql/roles.sql").read_text()
    wanted = re.sub(r"^(--|\\).*$", "", wanted, flags=re.M)
    statements = {" ".join(text.split()) for text in wanted.split(";") if text.strip()}
    # CloudNativePG makes the database and its owner, as `owner` and `database` say.
    by_the_operator = {
        text for text in statements if re.match(r"CREATE (ROLE portal_owner|DATABASE)", text)
    }
    assert len(by_the_operator) == 2
    made = one(overlay("production"), "Cluster", "database")["spec"]["bootstrap"]["initdb"]
    assert (made["database"], made["owner"], made["encoding"]) == ("portal", "portal_owner", "UTF8")
    assert {" ".join(text.split()) for text in made["postInitApplicationSQL"]} == (
        statements - by_the_operator
    )
    (role,) = one(overlay("production"), "Cluster", "database")["spec"]["managed"]["roles"]
    assert role == {  # what is not said would be CloudNativePG's default: no rights, but inheriting
        "name": "portal_web",
        "login": True,
        "inherit": False,
        "passwordSecret": {"name": "database-web"},
    }


def test_the_pooler_is_the_one_of_one_machine():
    spec = one(overlay("production"), "Pooler", "database-pooler")["spec"]
    text = (ROOT / "deploy/pgbouncer/pgbouncer.ini").read_text()
    wanted = dict(re.findall(r"^(\w+) = (\S+)$", text, re.M))
    assert spec["pgbouncer"]["poolMode"] == wanted.pop("pool_mode")
    # CloudNativePG has its own names, addresses and files.
    others = {
        name for name in wanted if re.search(r"^(portal|listen|unix|auth|pidfile|logfile)", name)
    }
    assert spec["pgbouncer"]["parameters"] == {
        name: value for name, value in wanted.items() if name not in others
    }
    assert (spec["type"], spec["instances"]) == ("rw", 2)
    assert "@database-pooler:5432/portal`" in (FILES / "README.md").read_text()


def test_sessions_fit_into_the_database():
    made = overlay("production")
    most = one(made, "Cluster", "database")["spec"]["postgresql"]["parameters"]["max_connections"]
    pooler = one(made, "Pooler", "database-pooler")["spec"]
    assert pooler["instances"] * int(pooler["pgbouncer"]["parameters"]["default_pool_size"]) < int(
        most
    )


def test_the_limits_are_asked_where_they_listen():
    made = overlay("production")
    told = variables(next(pod for pod in pods(made) if pod.name == "web").main, made)
    host, port = re.fullmatch(r"redis://(\w+):(\d+)/0", told["REDIS_URL"]).groups()
    (served,) = one(made, "Service", host)["spec"]["ports"]
    assert served["port"] == int(port)


def test_each_pod_reads_from_one_standby():
    managed = one(overlay("production"), "Cluster", "database")["spec"]["managed"]
    (service,) = managed["services"]["additional"]
    template = service["serviceTemplate"]
    assert (service["selectorType"], template["spec"]) == ("ro", {"sessionAffinity": "ClientIP"})
    assert f"@{template['metadata']['name']}:5432/portal`" in (FILES / "README.md").read_text()


def test_the_public_name_is_said_once(tmp_path):
    made = build_with(tmp_path, "ingress")
    ingress = one(made, "Ingress", "portal")["spec"]
    assert ingress["rules"][0]["host"] == ingress["tls"][0]["hosts"][0] == "portal.example"
    for name in OVERLAYS:
        text = Path(FILES / "overlays" / name / "kustomization.yaml").read_text()
        assert "data.PUBLIC_NAME" in text
    assert (
        one(made, "Service", "front")["spec"]["ports"][1]["name"]
        == (ingress["rules"][0]["http"]["paths"][0]["backend"]["service"]["port"]["name"])
    )


def test_autoscaling_leaves_the_number_of_pods_to_itself(tmp_path):
    made = build_with(tmp_path, "autoscaling")
    scaler = one(made, "HorizontalPodAutoscaler", "web")["spec"]
    deployment = one(made, scaler["scaleTargetRef"]["kind"], scaler["scaleTargetRef"]["name"])
    assert "replicas" not in deployment["spec"]
    threads = int(one_settings(made)["WEB_THREADS"]) * int(one_settings(made)["WEB_WORKERS"])
    most = int(
        one(made, "Cluster", "database")["spec"]["postgresql"]["parameters"]["max_connections"]
    )
    assert scaler["maxReplicas"] * threads < most


def one_settings(resources):
    (settings,) = (
        each["data"]
        for name, each in of_kind(resources, "ConfigMap").items()
        if name.startswith("settings-")
    )
    return settings


def test_every_file_is_built():
    named = "".join(path.read_text() for path in FILES.rglob("kustomization.yaml"))
    for path in FILES.rglob("*.yaml"):
        assert path.name == "kustomization.yaml" or re.search(rf"- (\S+/)?{path.name}\n", named), (
            path
        )
