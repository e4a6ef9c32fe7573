"""Addresses for those who run the portal."""

import hmac

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import CollectorRegistry, generate_latest

_checks = []
_numbers = CollectorRegistry(auto_describe=False)


@never_cache
@require_safe
def healthz(request):
    """The process answers. Asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request):
    """The database answers and has all migrations; 503 with what is wrong otherwise.

    `warnings` is what somebody should look at although the portal can serve.
    """
    problem = _readiness_problem()
    told = [] if problem else [sentence for check in _checks for sentence in check()]
    body = {"ready": problem is None, "problem": problem, "warnings": told}
    return JsonResponse(body, status=200 if problem is None else 503)


def _readiness_problem():
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "The database cannot be reached."
    return f"{len(plan)} migrations are not applied." if plan else None


def register_check(check):
    """Have /readyz tell the sentences that `check()` gives, none where all is well."""
    _checks.append(check)


def register_numbers(collector):
    """Have /metrics tell what this collector of prometheus_client gives, read at each request."""
    _numbers.register(collector)


@never_cache
@require_safe
def metrics(request):
    """Prometheus metrics for who brings METRICS_TOKEN; absent for everybody else."""
    token = settings.METRICS_TOKEN
    sent = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        raise Http404
    response = ExportToDjangoView(request)  # of all processes
    response.content += generate_latest(_numbers)
    return response
