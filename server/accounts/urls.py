"""Addresses of people, sign-in, audit log and settings, with who may. Of allauth, only these are reachable."""

from typing import Final

from allauth.socialaccount.providers.openid_connect import views as provider
from django.urls import URLPattern

from server.accounts.rights import Right
from server.accounts.routes import Method, page, public
from server.accounts.views import account, audit, entrance, people, settings

BOTH: Final[tuple[Method, ...]] = ("GET", "POST")
POST: Final[tuple[Method, ...]] = ("POST",)
OWN: Final = Right.OWN_ACCOUNT
PEOPLE: Final = Right.MANAGE_USERS

urlpatterns: list[URLPattern] = [
    public("sign-in/", entrance.sign_in, "account_login", methods=BOTH),
    public("sign-in/code/", entrance.sign_in_code, "mfa_authenticate", methods=BOTH),
    public("sign-in/with/<slug:provider_id>/", provider.login, "openid_connect_login"),
    public("sign-in/with/<slug:provider_id>/back/", provider.callback, "openid_connect_callback"),
    public("sign-out/", entrance.sign_out, "account_logout", methods=POST),
    public("set-password/<str:word>/", entrance.set_password, "set_password", methods=BOTH),
    public("brand/style.css", settings.brand_style, "brand_style"),
    public("brand/logo", settings.brand_logo, "brand_logo"),
    page("second-factor/", entrance.set_up_second_factor, "second_factor", OWN, methods=BOTH, newcomers=True),
    page("second-factor/codes/", entrance.recovery_codes, "recovery_codes", OWN),
    page("account/", account.account, "account", OWN, methods=BOTH),
    page("account/sign-in/", account.sign_in_settings, "account_sign_in", OWN, methods=BOTH),
    page("account/second-factor/", account.change_second_factor, "account_second_factor", OWN, methods=POST),
    page("account/sessions/end/", account.end_sessions, "account_sessions_end", OWN, methods=POST),
    page("account/tokens/", account.own_tokens, "account_tokens", OWN, methods=BOTH),
    page("account/tokens/<str:uid>/end/", account.end_token, "account_token_end", OWN, methods=POST),
    page("settings/", settings.brand_settings, "settings", Right.MANAGE_SERVER, methods=BOTH),
    page("settings/server/", settings.server_status, "server_status", Right.MANAGE_SERVER),
    page("settings/people/", people.people_list, "people", PEOPLE),
    page("settings/people/add/", people.add, "person_add", PEOPLE, methods=BOTH),
    page("settings/people/to-change/<str:uid>/", people.tick, "departure_tick", PEOPLE, methods=POST),
    page("settings/people/<str:uid>/", people.person, "person", PEOPLE, methods=BOTH),
    page("settings/people/<str:uid>/state/", people.change_state, "person_state", PEOPLE, methods=POST),
    page("settings/people/<str:uid>/leaving/", people.leave, "person_leaving", PEOPLE, methods=BOTH),
    page("audit/", audit.audit_log, "audit", Right.SEE_AUDIT),
    page("audit/export/", audit.export, "audit_export", Right.SEE_AUDIT),
]
