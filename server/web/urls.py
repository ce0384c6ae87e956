"""Addresses of the pages over several apps, with who may."""

from server.accounts.rights import Right
from server.accounts.routes import page
from server.web.changes_page import client_changes
from server.web.client_leaving_page import leave, take_along
from server.web.client_page import client
from server.web.client_plans_page import client_plans
from server.web.clients_page import clients
from server.web.device_page import device
from server.web.devices_page import client_devices, devices
from server.web.found_page import found
from server.web.home_page import home
from server.web.news_page import changes
from server.web.readiness_page import client_readiness, device_readiness
from server.web.search_page import search
from server.web.standards_pages import client_standards, matrix, matrix_standard

urlpatterns = [
    page("", home, "home", Right.OWN_ACCOUNT),
    page("clients/", clients, "clients", Right.SEE_CLIENTS),
    page("clients/<str:uid>/", client, "client", Right.SEE_CLIENTS),
    page("clients/<str:uid>/standards/", client_standards, "client_standards", Right.SEE_CLIENTS),
    page("clients/<str:uid>/devices/", client_devices, "client_devices", Right.SEE_CLIENTS),
    page("clients/<str:uid>/plans/", client_plans, "client_plans", Right.SEE_CLIENTS),
    page("clients/<str:uid>/changes/", client_changes, "client_changes", Right.SEE_CLIENTS),
    page("search/", search, "search", Right.SEE_CLIENTS),
    page("clients/<str:uid>/found/", found, "client_found", Right.EDIT_DEVICES, methods=("GET", "POST")),
    page("clients/<str:uid>/leave/", leave, "client_leave", Right.END_CLIENTS, methods=("GET", "POST")),
    page("clients/<str:uid>/export/", take_along, "client_export", Right.EXPORT, methods=("POST",)),
    page("clients/<str:uid>/readiness/", client_readiness, "client_readiness", Right.SEE_CLIENTS),
    page("devices/<str:uid>/readiness/", device_readiness, "device_readiness", Right.SEE_CLIENTS),
    page("changes/", changes, "changes", Right.SEE_CLIENTS),
    page("devices/", devices, "devices", Right.SEE_CLIENTS),
    page("devices/<str:uid>/", device, "device", Right.SEE_CLIENTS),
    page("matrix/", matrix, "matrix", Right.SEE_CLIENTS),
    page("matrix/<str:standard_id>/", matrix_standard, "matrix_standard", Right.SEE_CLIENTS),
]
