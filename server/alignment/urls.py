"""Addresses of the app, with who may."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
