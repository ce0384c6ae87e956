"""A page makes as many queries for many of everything as for one."""

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from server.accounts.models import User
from tests.web.pages.all_pages import addresses
from tests.web.pages.many import Many, one_more_of_each
from tests.web.world import plant_world

pytestmark = pytest.mark.django_db


def queries(browser: Browser, url: str) -> int:
    """Return how many queries a page makes; the first time may fill a cache."""
    assert browser.get(url).status_code == 200, url
    with CaptureQueriesContext(connection) as told:
        browser.get(url)
    return len(told)


def test_a_page_asks_as_often_for_many_as_for_one(browser: Browser, administrator: User) -> None:
    world = plant_world()
    one_more_of_each(world, administrator)
    urls = addresses(world)
    few = {route: queries(browser, url) for route, url in urls.items()}
    Many(9).grow(world, administrator)
    many = {route: queries(browser, url) for route, url in urls.items()}
    assert len(few) > 60
    assert {route: (few[route], many[route]) for route in few if few[route] != many[route]} == {}
