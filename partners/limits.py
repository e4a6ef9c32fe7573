"""How much of the API one network, or one partner, may ask for in a minute."""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils import timezone

from publishing.request_limits import Limit, OwnKeysLimit, Use
from qingdao_portal.client import client_network

SECONDS = 60
_NOTE = """
INSERT INTO partners_dailyuse AS stored (partner_id, day, answered, refused) VALUES (%s, %s, %s, %s)
ON CONFLICT (partner_id, day) DO UPDATE SET
    answered = stored.answered + EXCLUDED.answered, refused = stored.refused + EXCLUDED.refused
"""


@dataclass(frozen=True)
class Quota:
    """A limit after a request was counted, in the words of the RateLimit header fields.

    draft-ietf-httpapi-ratelimit-headers: q and w are quota and window, r and t what is left of
    them.
    """

    name: str
    requests: int
    use: Use

    @property
    def policy(self):
        return f'"{self.name}";q={self.requests};w={SECONDS}'

    @property
    def state(self):
        return f'"{self.name}";r={self.use.left};t={self.use.seconds}'

    @property
    def is_half_used(self):
        return self.use.left * 2 < self.requests


def take_from_network(request):
    """Count a request without a key against the network that it comes from."""
    most = settings.API_REQUESTS_PER_MINUTE
    limit = Limit("api-network", requests=most, seconds=SECONDS)
    return Quota("default", most, limit.take(client_network(request)))


def take_from_partner(partner):
    """Count a request against what the partner may ask for, and in the partner's day."""
    most = partner.requests_per_minute
    use = OwnKeysLimit("api-partner", requests=most, seconds=SECONDS).take(str(partner.pk))
    with connection.cursor() as cursor:
        outcome = [0, 1] if use.is_over else [1, 0]
        cursor.execute(_NOTE, [partner.pk, timezone.localdate(), *outcome])
    return Quota("partner", most, use)
