import pytest

from tests.edge.nginx import PATIENT, Nginx
from tests.edge.upstream import Upstream

CHANGES = [
    *PATIENT,
    ("client_header_timeout 10s", "client_header_timeout 1s"),
    ("# set_real_ip_from 10.0.0.10;", "set_real_ip_from 127.0.0.3;"),  # a load balancer
]


@pytest.fixture(scope="session")
def server():
    """In place of the portal, for all tests."""
    server = Upstream()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def nginx(tmp_path_factory, server):
    """One nginx for all tests: each asks for addresses, or from an address, of its own."""
    nginx = Nginx(tmp_path_factory.mktemp("edge"), server.address, changes=CHANGES)
    nginx.start()
    yield nginx
    nginx.stop()


@pytest.fixture
def upstream(server):
    """The small server, well again after the test."""
    yield server
    server.is_open.set()
    server.status, server.word, server.breaks = 200, "first", 0
