"""Counts and times each request, and logs it in one line: route, status and time, never parameters or bodies."""

import logging
import time
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from prometheus_client import Counter, Histogram

logger = logging.getLogger(__name__)

REQUESTS: Final = Counter("datumline_http_requests", "Requests answered", ["route", "method", "status"])
SECONDS: Final = Histogram(
    "datumline_http_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET: Final = frozenset({"healthz", "readyz", "metrics"})


class ObservingMiddleware:
    """Stands inside the actor's: the line says who asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep what comes next."""
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, then count it."""
        began = time.perf_counter()
        response = self._next(request)
        took_s = time.perf_counter() - began
        match = request.resolver_match
        route = getattr(request, "operation", "") or (match.view_name if match else "") or "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(route, method, str(response.status_code)).inc()
        SECONDS.labels(route).observe(took_s)
        if route not in QUIET:
            actor = getattr(request, "actor", None)
            told = {
                "route": route,
                "method": method,
                "status": response.status_code,
                "took_ms": round(took_s * 1000, 1),
                "person": actor.user_id if actor else None,
            }
            logger.info("a request was answered", extra=told)
        return response
