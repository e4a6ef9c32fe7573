from tests.admin.conftest import root

__all__ = ["root"]
