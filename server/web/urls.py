"""Addresses of the shell."""

from server.accounts.rights import Right
from server.accounts.routes import page
from server.web.views import home

urlpatterns = [page("", home, "home", Right.OWN_ACCOUNT)]
