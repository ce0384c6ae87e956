"""The addresses of the server: each app lists its own, with who may (`server.accounts.routes`)."""

from django.urls import include, path

from server.accounts.routes import public
from server.health import healthz, readyz
from server.metrics import metrics

urlpatterns = [
    public("healthz", healthz, "healthz"),
    public("readyz", readyz, "readyz"),
    public("metrics", metrics, "metrics"),
    path("", include("server.accounts.urls")),
    path("", include("server.clients.urls")),
    path("", include("server.agents.urls")),
    path("", include("server.access.urls")),
    path("", include("server.standards.urls")),
    path("", include("server.scans.urls")),
    path("", include("server.readings.urls")),
    path("", include("server.alignment.urls")),
    path("", include("server.notices.urls")),
    path("", include("server.web.urls")),  # last: a client's own page matches what others name
    path("api/v1/", include("server.api.urls")),
    path("agent/", include("server.agent_api.urls")),
]
