from tests.api.conftest import openapi  # noqa: F401
