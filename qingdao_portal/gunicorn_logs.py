"""What gunicorn itself logs, in the form of the portal's own log and without readers' addresses."""

import re

from gunicorn.glogging import Logger

from qingdao_portal.environment import env_choice
from qingdao_portal.logs import JsonFormatter, LineFormatter

_FROM_ADDRESS = re.compile(r" from ip=[^ ]+(?=: )")


class PortalLogger(Logger):
    def setup(self, cfg):
        super().setup(cfg)
        is_json = env_choice("LOG_FORMAT", "line", ("line", "json")) == "json"
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter() if is_json else LineFormatter())

    def warning(self, msg, *args, **kwargs):
        """Requests that cannot be read are told with the address of who sent them."""
        super().warning(_FROM_ADDRESS.sub("", msg), *args, **kwargs)
