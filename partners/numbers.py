"""Numbers for /metrics: webhooks that do not arrive."""

import time

from django.db import DatabaseError
from django.db.models import Count, Min, Q
from prometheus_client.core import GaugeMetricFamily

from partners.models import Subscription


class Numbers:
    """A collector of prometheus_client; one query at each request, however many there are."""

    def collect(self):
        is_sending = Q(is_active=True, partner__is_active=True)
        try:
            told = Subscription.objects.aggregate(
                failing=Count("pk", filter=is_sending & Q(failures__gt=0)),
                since=Min("failing_since", filter=is_sending),
                off=Count("pk", filter=Q(is_active=False) & ~Q(off_reason="")),
            )
        except DatabaseError:  # `portal_database_up` says so
            return
        failing_for = time.time() - told["since"].timestamp() if told["since"] else 0
        for name, words, value in (
            ("failing", "Webhooks whose last attempt failed", told["failing"]),
            ("oldest_failing_seconds", "For how long the oldest has failed", failing_for),
            ("switched_off", "Webhooks given up after days of failures", told["off"]),
        ):
            yield GaugeMetricFamily(f"portal_webhooks_{name}", words, value=float(value))
