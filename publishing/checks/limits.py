"""How often the check page may be asked for."""

from publishing.request_limits import Limit

REQUESTS_PER_ADDRESS = Limit("check-address", requests=120, seconds=600)
REQUESTS_PER_LINK = Limit("check-link", requests=300, seconds=600)
ANSWERS_PER_LINK = Limit("check-answers", requests=30, seconds=3600)
