"""Addresses of the app, with who may."""

from typing import Final

from server.accounts.rights import Right
from server.accounts.routes import Method, page
from server.notices.views import completeness, inbox, problems, webhooks

POST: Final[tuple[Method, ...]] = ("POST",)
BOTH: Final[tuple[Method, ...]] = ("GET", "POST")
SERVER: Final = Right.MANAGE_SERVER
urlpatterns = [
    page("problems/", problems.problems, "problems", Right.SEE_HEALTH),
    page("problems/completeness/", completeness.clients, "completeness", Right.SEE_HEALTH),
    page("problems/<str:uid>/", problems.problem, "problem", Right.SEE_HEALTH),
    page("problems/<str:uid>/take/", problems.take, "problem_take", Right.EDIT_HEALTH, methods=POST),
    page("problems/<str:uid>/give/", problems.give, "problem_give", Right.EDIT_HEALTH, methods=POST),
    page("problems/<str:uid>/snooze/", problems.snooze, "problem_snooze", Right.EDIT_HEALTH, methods=POST),
    page("problems/<str:uid>/note/", problems.note, "problem_note", Right.EDIT_HEALTH, methods=POST),
    page("inbox/", inbox.inbox, "inbox", Right.OWN_ACCOUNT),
    page("inbox/read/", inbox.read_all, "inbox_read_all", Right.OWN_ACCOUNT, methods=POST),
    page("inbox/switches/", inbox.switches, "notice_switches", Right.OWN_ACCOUNT, methods=BOTH),
    page("inbox/<str:uid>/read/", inbox.read, "notice_read", Right.OWN_ACCOUNT, methods=POST),
    page("settings/webhooks/", webhooks.webhooks, "webhooks", SERVER, methods=BOTH),
    page("settings/webhooks/<str:uid>/", webhooks.webhook, "webhook", SERVER, methods=BOTH),
    page("settings/webhooks/<str:uid>/test/", webhooks.trial, "webhook_test", SERVER, methods=POST),
    page("settings/webhooks/<str:uid>/remove/", webhooks.remove, "webhook_remove", SERVER, methods=POST),
    page("settings/outbox/", webhooks.outbox, "outbox", SERVER),
    page("settings/outbox/<str:uid>/again/", webhooks.again, "outgoing_again", SERVER, methods=POST),
]
