"""The catalogue for translators holds every string of the server, and what is offered as a language is complete."""

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from tools import messages
from tools.messages import Message, NotPlain, of_python, of_template

CATALOGUES = sorted(messages.LOCALE.glob("*/LC_MESSAGES/django.po"))


def test_the_catalogue_is_up_to_date_else_run_make_messages() -> None:
    assert messages.template_text() == messages.TEMPLATE.read_text(encoding="utf-8")


def test_every_language_that_is_offered_has_its_catalogue() -> None:
    assert {code for code, _word in settings.LANGUAGES} == {"en", *(file.parent.parent.name for file in CATALOGUES)}


def test_every_string_is_translated_with_all_that_it_holds() -> None:
    wrong = []
    for file in CATALOGUES:
        with file.open("rb") as given:
            catalogue = read_po(given, locale=file.parent.parent.name)
        told = [one for one in catalogue if one.id]
        wrong += [one.id for one in told if one.fuzzy or not one.string or not all(one.string)]
        wrong += [str(error) for one in told for error in one.check(catalogue)]
    assert not wrong


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% translate "Home" %}', [Message("Home")]),
        ('{% translate "May" context "month" %}', [Message("May", context="month")]),
        ("{% blocktranslate with a=b %}No {{ a }}{% endblocktranslate %}", [Message("No %(a)s")]),
        (
            "{% blocktranslate count n=b %}one{% plural %}{{ n }} of them{% endblocktranslate %}",
            [Message("one", "%(n)s of them")],
        ),
        ('{{ a|default:_("none") }}', [Message("none")]),
        ('{% if a %}{% for b in c %}{{ _("inside") }}{% endfor %}{% else %}{% translate "else" %}{% endif %}',
         [Message("inside"), Message("else")]),
        ('{% include "web/parts/empty.html" with heading=_("Nothing") %}', [Message("Nothing")]),
        ("{% translate a %}", []),
    ],
)  # fmt: skip
def test_the_strings_of_a_template_are_found(source: str, found: list[Message]) -> None:
    assert list(of_template(f"{{% load i18n %}}{source}")) == found


def test_the_strings_of_code_are_found() -> None:
    source = 'a = _("one"), ngettext("%(n)d site", "%(n)d sites", 2), pgettext("month", "May"), other("no")'
    assert list(of_python(source)) == [
        Message("one"),
        Message("%(n)d site", "%(n)d sites"),
        Message("May", "", "month"),
    ]


def test_a_string_that_nobody_could_translate_is_refused() -> None:
    with pytest.raises(NotPlain, match="line 1"):
        list(of_python("_(f'{n} sites')"))
