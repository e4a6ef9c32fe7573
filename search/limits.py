"""How often one client may have something counted, so that nobody fills the list alone."""

from publishing.request_limits import Limit

COUNTS_PER_ADDRESS = Limit("search-counts", requests=60, seconds=600)
