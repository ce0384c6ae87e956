"""5,000 of everything: every page is still a page, not all of it at once."""

import re
from typing import Final

import pytest
from django.db import models
from django.test import Client as Browser

from server.access.models import Credential
from server.accounts.models import ApiToken, User
from server.agents.models import Agent, EnrolmentToken
from server.clients.models import Client, DeviceGroup, InventoryStatement, Place, Tag
from server.notices.models import Problem, Webhook
from server.scans.models import Blackout, PlanException, ScanRun
from server.standards.models import ClientSetting
from tests.web.pages.all_pages import addresses
from tests.web.pages.many import Many, one_more_of_each
from tests.web.world import plant_world

pytestmark = pytest.mark.django_db
ROWS: Final = 5_000
AS_AN_MSP_HAS: Final[dict[type[models.Model], int]] = {
    Agent: 40, ApiToken: 20, Blackout: 300, Client: 500, ClientSetting: 200, Credential: 300, DeviceGroup: 100,
    EnrolmentToken: 200, InventoryStatement: 9, PlanException: 100, Place: 60, Problem: 400,
    ScanRun: 300, Tag: 40, User: 100, Webhook: 20,
}  # fmt: skip
"""Of these nobody has 5,000; where one is chosen from all, all are offered."""
PAGE_BYTES: Final = 250_000
LONGEST_TABLE: Final = 202
"""Rows: the most that a list shows at once, and its head."""


def test_no_page_grows_with_its_lists(browser: Browser, administrator: User) -> None:
    world = plant_world()
    one_more_of_each(world, administrator)
    urls = list(addresses(world).values())
    Many(ROWS, AS_AN_MSP_HAS).grow(world, administrator)
    wrong = {}
    for url in urls:
        answer = browser.get(url)
        page = answer.content.decode()
        rows = max((table.count("<tr") for table in re.findall(r"<table.*?</table>", page, re.DOTALL)), default=0)
        if answer.status_code != 200 or len(answer.content) > PAGE_BYTES or rows > LONGEST_TABLE:
            wrong[url] = (answer.status_code, len(answer.content), rows)
    assert len(urls) > 60
    assert wrong == {}
