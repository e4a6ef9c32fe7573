"""`deploy/compose`: what Compose is told, and what must agree with the portal and its images."""

import json
import re
import stat
import subprocess
from ipaddress import ip_address, ip_network
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.cluster.manifests import ROOT

FILES = ROOT / "deploy/compose"
SCHEMA = json.loads((Path(__file__).parent / "schemas/compose-spec.json").read_text())
TEXT = (FILES / "compose.yaml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
OWNERS = {"prepare", "backup"}
PORTAL = {"web", "worker", *OWNERS}
DOCUMENTED = set(re.findall(r"^#(\w+)=", (ROOT / ".env.example").read_text(), re.M))


def names(values):
    """The names of a list or a mapping of Compose."""
    return set(values)


def filled(text):
    """A value of Compose without anything in the environment."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def test_it_is_what_the_schema_says():
    jsonschema.validate(COMPOSE, SCHEMA, cls=jsonschema.Draft7Validator)


def test_a_misspelt_word_is_seen():
    wrong = {**COMPOSE, "services": {**SERVICES, "web": {**SERVICES["web"], "netwroks": []}}}
    with pytest.raises(jsonschema.ValidationError, match="netwroks"):
        jsonschema.validate(wrong, SCHEMA, cls=jsonschema.Draft7Validator)


def test_what_is_used_is_declared_and_the_reverse():
    for kind in ("networks", "secrets"):
        used = set().union(*(names(each.get(kind, ())) for each in SERVICES.values()))
        assert used == COMPOSE[kind].keys()
    mounted = {text.split(":")[0] for each in SERVICES.values() for text in each.get("volumes", ())}
    assert {name for name in mounted if name[0] != "."} == COMPOSE["volumes"].keys()
    for each in SERVICES.values():
        assert names(each.get("depends_on", ())) <= SERVICES.keys()


@pytest.mark.parametrize("name", SERVICES)
def test_services_have_no_rights(name):
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert {"mem_limit", "pids_limit", "logging"} <= service.keys()
    if name == "database":  # its image begins as root and goes on as postgres
        assert len(service["cap_add"]) == 5
    else:
        assert service["user"] == "10001:10001"
        assert "cap_add" not in service


def test_only_the_front_is_reached_and_only_the_worker_goes_out():
    assert {name for name, each in SERVICES.items() if "ports" in each} == {"front"}
    assert SERVICES["front"]["ports"] == ["80:8080", "443:8443"]
    isolated = {name for name, each in COMPOSE["networks"].items() if each.get("internal")}
    assert isolated == {"inside", "data"}
    out = {name for name, each in SERVICES.items() if names(each["networks"]) - isolated}
    assert out == {"front", "worker"}
    data = {name for name, each in SERVICES.items() if "data" in each["networks"]}
    assert data == {"database", *PORTAL}


@pytest.mark.parametrize("name", sorted(PORTAL))
def test_every_variable_is_one_of_the_portal(name):
    told = SERVICES[name]["environment"]
    plain = {each.removesuffix("_FILE") for each in told}
    assert plain <= DOCUMENTED
    assert plain >= {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"}
    files = {Path(value).name for key, value in told.items() if key.endswith("_FILE")}
    assert files == set(SERVICES[name]["secrets"])
    assert all(
        value.startswith("/run/secrets/") for key, value in told.items() if key.endswith("_FILE")
    )
    assert ("database_url_owner" in files) == (name in OWNERS)
    assert ("VAR_DIR" in told) == (name in OWNERS)
    assert ("MIRROR_DIR" in told) == (name != "backup")  # whoever publishes plans a copy


def test_the_front_asks_web_at_the_address_it_has():
    front = SERVICES["front"]["environment"]
    known = set(re.findall(r"\$\{?([A-Z_]+)", (ROOT / "deploy/containers/front").read_text()))
    assert front.keys() <= known
    host, port = filled(front["UPSTREAM"]).split(":")
    assert host == filled(SERVICES["web"]["networks"]["inside"]["ipv4_address"])
    (net,) = COMPOSE["networks"]["inside"]["ipam"]["config"]
    assert ip_address(host) in ip_network(filled(net["subnet"]))
    assert port == "8000"


def test_what_is_asked_of_the_environment_is_in_the_example():
    asked = set(re.findall(r"\$\{(\w+)", TEXT))
    told = set(re.findall(r"^(\w+)=", (FILES / "env.example").read_text(), re.M))
    must = set(re.findall(r"\$\{(\w+):\?", TEXT))
    own = {"WEB_ADDRESS", "INSIDE_NETWORK", "PORTAL_IMAGE_BEFORE"}  # few will want others
    assert told == asked - own
    assert must <= told


def test_images_are_those_that_are_built():
    built = (ROOT / "deploy/containers/Containerfile").read_text()
    for name in {*PORTAL, "front"}:
        build = SERVICES[name]["build"]
        assert build["target"] == ("front" if name == "front" else "portal")
        assert f" AS {build['target']}\n" in built
        assert (FILES / build["context"] / build["dockerfile"]).is_file()
        # A new volume belongs to whom the folder in the image belongs to.
        for text in SERVICES[name].get("volumes", ()):
            source, target = text.split(":")[:2]
            assert source[0] == "." or target in built, (name, target)
    assert f"STOPSIGNAL {SERVICES['front']['stop_signal']}\n" in built


def test_code_waits_for_its_tables():
    for name in ("web", "worker"):
        condition = SERVICES[name]["depends_on"]["prepare"]["condition"]
        assert condition == "service_completed_successfully"
    assert SERVICES["prepare"]["depends_on"]["database"]["condition"] == "service_healthy"


def test_nothing_secret_gets_into_git_or_an_image():
    kept_out = (ROOT / ".gitignore").read_text().split()
    not_in_images = (ROOT / ".dockerignore").read_text().split()
    made = {Path(each["file"]).parts[0] for each in COMPOSE["secrets"].values()}
    mounted = {text.split(":")[0] for each in SERVICES.values() for text in each.get("volumes", ())}
    made |= {name[2:] for name in mounted if name[:2] == "./" and not (FILES / name).is_file()}
    assert made >= {"secrets", "backups", "certificate"}
    for name in made:
        assert f"/deploy/compose/{name}/" in kept_out
        assert f"deploy/compose/{name}" in not_in_images
    assert ".env" in kept_out
    assert "**/.env" in not_in_images


@pytest.fixture
def place(tmp_path):
    def set_up():
        environment = {"PATH": "/usr/bin:/bin", "PLACE": str(tmp_path)}
        subprocess.run([FILES / "set-up"], env=environment, check=True, capture_output=True)
        return {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}

    set_up.folder = tmp_path
    return set_up


def test_all_secrets_are_made_and_stay(place):
    made = place()
    assert made.keys() == COMPOSE["secrets"].keys()
    for name, each in COMPOSE["secrets"].items():
        assert each == {"file": f"secrets/{name}"}
    assert place() == made
    urls = {name: made[f"database_url_{name}"] for name in ("owner", "web")}
    for name, url in urls.items():
        assert url == f"postgres://portal_{name}:{made[f'{name}_password']}@database:5432/portal"
    assert len(set(made.values())) == len(made)
    assert len(made["secret_key"]) > 50


def test_root_alone_enters_the_folder_of_the_secrets(place):
    place()
    folder = place.folder / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():  # each is mounted by itself, for a user of the container
        assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert stat.S_IMODE((place.folder / "backups").stat().st_mode) == 0o700
