"""The addresses of the server."""

from django.urls import path

from server.health import healthz

urlpatterns = [path("healthz", healthz, name="healthz")]
