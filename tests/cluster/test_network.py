"""Who may talk to whom on Kubernetes."""

import ipaddress

import pytest

from qingdao_portal.outbound import is_public
from tests.cluster.manifests import NAME, OVERLAYS, matches, of_kind, overlay, pods

DATABASE = {"cnpg.io/cluster": "database"}
# Of networks that are nobody's outside, and of what leads there
INSIDE = [
    "0.0.0.1",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "ff02::1",
    "2001::1",
    "2002:a00:1::1",
]
OUTSIDE = ["1.1.1.1", "223.5.5.5", "2400:3200::1"]


@pytest.fixture(params=OVERLAYS)
def resources(request):
    return overlay(request.param)


@pytest.fixture
def policies(resources):
    return of_kind(resources, "NetworkPolicy").values()


def of_pod(policies, labels, way):
    """The rules for pods with these labels; `way` is ingress or egress."""
    for policy in policies:
        if matches(policy["spec"]["podSelector"], labels):
            assert way.capitalize() in policy["spec"]["policyTypes"] or not policy["spec"].get(way)
            yield from policy["spec"].get(way, ())


def ports_to(policies, labels, target):
    """The ports of pods with labels `target` that pods with `labels` may ask."""
    found = set()
    for rule in of_pod(policies, labels, "egress"):
        for peer in rule.get("to", ()):
            selector = peer.get("podSelector")
            if selector and "namespaceSelector" not in peer and matches(selector, target):
                found |= {port["port"] for port in rule["ports"]}
    return found


def may_reach(policies, labels, address):
    """Whether pods with these labels may ask an address outside."""
    address = ipaddress.ip_address(address)
    for rule in of_pod(policies, labels, "egress"):
        if "to" not in rule:
            return True
        for peer in rule["to"]:
            block = peer.get("ipBlock")
            if block and address in ipaddress.ip_network(block["cidr"]):
                out = (ipaddress.ip_network(each) for each in block.get("except", ()))
                if not any(address in each for each in out):
                    return True
    return False


def test_nobody_talks_to_anybody_unless_it_is_said(policies):
    (nobody,) = (each["spec"] for each in policies if each["metadata"]["name"] == "nobody")
    assert nobody == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize(
    ("name", "asks"),
    [
        ("front", {"web": {"http"}}),
        ("web", {"database": {5432}, "limits": {"redis"}}),
        ("worker", {"database": {5432}}),
        ("prepare", {"database": {5432}}),
        ("backup", {"database": {5432}}),
    ],
)
def test_each_asks_those_it_needs_and_they_listen(resources, policies, name, asks):
    labels = {NAME: name}
    others = {pod.name: pod.labels for pod in pods(resources)} | {"database": DATABASE}
    asks = {other: ports for other, ports in asks.items() if other in others}
    found = {
        other: ports for other, its in others.items() if (ports := ports_to(policies, labels, its))
    }
    assert found == asks
    for other, ports in asks.items():
        listens = set()
        for rule in of_pod(policies, others[other], "ingress"):
            for peer in rule.get("from", ()):
                if "podSelector" in peer and matches(peer["podSelector"], labels):
                    listens |= {port["port"] for port in rule["ports"]}
        assert ports <= listens, (name, other)


def test_readers_reach_the_front_alone(resources, policies):
    for pod in pods(resources):
        rules = of_pod(policies, pod.labels, "ingress")
        anybody = {port["port"] for rule in rules if "from" not in rule for port in rule["ports"]}
        assert anybody == ({"http", "https"} if pod.name == "front" else set()), pod.name


@pytest.mark.parametrize("address", INSIDE)
def test_the_worker_cannot_be_sent_inside(policies, address):
    assert not may_reach(policies, {NAME: "worker"}, address)
    assert not is_public(address)  # the portal says the same


@pytest.mark.parametrize("address", OUTSIDE)
def test_only_the_worker_asks_outside(resources, policies, address):
    assert is_public(address)
    for pod in pods(resources):
        assert may_reach(policies, pod.labels, address) == (pod.name == "worker"), pod.name


def test_every_pod_has_a_policy_of_its_own(resources, policies):
    for pod in pods(resources):
        own = [
            each
            for each in policies
            if each["spec"]["podSelector"] and matches(each["spec"]["podSelector"], pod.labels)
        ]
        assert len(own) == 1, pod.name
