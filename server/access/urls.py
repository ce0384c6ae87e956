"""Addresses of devices' accesses and of credentials, with who may."""

from typing import Final

from django.urls import URLPattern

from server.access.credential_views import again, credential, credentials, new, renewed, resumed, withdrawn
from server.access.device_views import back, edit, out, trust, trust_offered
from server.access.device_views import new as device_new
from server.access.groups_page import groups, regroup
from server.access.import_views import import_devices, sample
from server.access.proposal_views import accept, proposals, reject
from server.accounts.rights import Right
from server.accounts.routes import Method, page

BOTH: Final[tuple[Method, ...]] = ("GET", "POST")
POST: Final[tuple[Method, ...]] = ("POST",)
DEVICES, SECRETS = Right.EDIT_DEVICES, Right.EDIT_CREDENTIALS
urlpatterns: list[URLPattern] = [
    page("clients/<str:uid>/devices/new/", device_new, "device_new", DEVICES, methods=BOTH),
    page("clients/<str:uid>/devices/import/", import_devices, "device_import", DEVICES, methods=BOTH),
    page("clients/<str:uid>/devices/sample.csv", sample, "device_sample", DEVICES),
    page("clients/<str:uid>/groups/", groups, "client_groups", DEVICES),
    page("clients/<str:uid>/groups/<str:group_uid>/", regroup, "group_change", DEVICES, methods=POST),
    page("clients/<str:uid>/proposals/", proposals, "proposals", DEVICES),
    page("proposals/<str:uid>/accept/", accept, "proposal_accept", DEVICES, methods=POST),
    page("proposals/<str:uid>/dismiss/", reject, "proposal_dismiss", DEVICES, methods=POST),
    page("devices/<str:uid>/edit/", edit, "device_edit", DEVICES, methods=BOTH),
    page("devices/<str:uid>/out/", out, "device_out", DEVICES, methods=POST),
    page("devices/<str:uid>/back/", back, "device_back", DEVICES, methods=POST),
    page("devices/<str:uid>/trust/", trust, "device_trust", DEVICES, methods=POST),
    page("accesses/<str:uid>/trust/", trust_offered, "access_trust", DEVICES, methods=POST),
    page("credentials/", credentials, "credentials", SECRETS),
    page("credentials/together/", renewed, "credentials_together", SECRETS, methods=BOTH),
    page("credentials/<str:uid>/", credential, "credential", SECRETS, methods=BOTH),
    page("credentials/<str:uid>/again/", again, "credential_again", SECRETS, methods=BOTH),
    page("credentials/<str:uid>/resume/", resumed, "credential_resume", SECRETS, methods=POST),
    page("credentials/<str:uid>/withdraw/", withdrawn, "credential_withdraw", SECRETS, methods=POST),
    page("clients/<str:uid>/credentials/new/", new, "credential_new", SECRETS, methods=BOTH),
]
