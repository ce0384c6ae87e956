"""Addresses of the forms over clients, with who may."""

from django.urls import URLPattern

from server.accounts.rights import Right
from server.accounts.routes import Method, page
from server.clients.views import edit, new, site, statement, withdraw

BOTH: tuple[Method, ...] = ("GET", "POST")
urlpatterns: list[URLPattern] = [
    page("clients/new/", new, "client_new", Right.EDIT_CLIENTS, methods=BOTH),
    page("clients/<str:uid>/details/", edit, "client_edit", Right.EDIT_CLIENTS, methods=BOTH),
    page("clients/<str:uid>/sites/new/", site, "site_new", Right.EDIT_CLIENTS, methods=BOTH),
    page("clients/<str:uid>/sites/<str:site_uid>/", site, "site_edit", Right.EDIT_CLIENTS, methods=BOTH),
    page("clients/<str:uid>/statements/", statement, "statement_new", Right.EDIT_DEVICES, methods=("POST",)),
    page(
        "clients/<str:uid>/statements/<int:number>/withdraw/",
        withdraw,
        "statement_withdraw",
        Right.EDIT_DEVICES,
        methods=("POST",),
    ),
]
