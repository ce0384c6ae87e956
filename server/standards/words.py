"""Words for people: how much a standard weighs, how it is answered, and how often it is looked at."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PRIORITIES: Final[dict[str, str | Promise]] = {
    "critical": _("critical"),
    "high": _("high"),
    "medium": _("medium"),
    "low": _("low"),
}
MODES: Final[dict[str, str | Promise]] = {
    "automated": _("automated"),
    "assisted": _("assisted"),
    "visual": _("visual"),
}
REVIEWS: Final[dict[str, str | Promise]] = {
    "onboarding": _("at the beginning"),
    "monthly": _("every month"),
    "quarterly": _("every quarter"),
    "semi-annual": _("every half year"),
    "annual": _("every year"),
}
