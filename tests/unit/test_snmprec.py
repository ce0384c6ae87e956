"""Recordings of SNMP agents: every type, and lines that are none."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import snmprec
from collectors.replies import SnmpValue

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("1.3.6.1.1|2|-7", SnmpValue("integer", -7)),
        ("1.3.6.1.1|4|Smart-UPS 750", SnmpValue("octets", b"Smart-UPS 750")),
        ("1.3.6.1.1|4|a|b", SnmpValue("octets", b"a|b")),
        ("1.3.6.1.1|4|", SnmpValue("octets", b"")),
        ("1.3.6.1.1|4x|00c0B7ff", SnmpValue("octets", bytes((0x00, 0xC0, 0xB7, 0xFF)))),
        ("1.3.6.1.1|5|", SnmpValue("null", None)),
        ("1.3.6.1.1|6|1.3.6.1.4.1.318", SnmpValue("oid", "1.3.6.1.4.1.318")),
        ("1.3.6.1.1|6|.1.3.6", SnmpValue("oid", "1.3.6")),
        ("1.3.6.1.1|64|10.0.0.1", SnmpValue("ip", "10.0.0.1")),
        ("1.3.6.1.1|64|192.168.42.051", SnmpValue("ip", "192.168.42.51")),
        ("1.3.6.1.1|64x|0a000001", SnmpValue("ip", "10.0.0.1")),
        ("1.3.6.1.1|65|4294967295", SnmpValue("integer", 4294967295)),
        ("1.3.6.1.1|66|0", SnmpValue("integer", 0)),
        ("1.3.6.1.1|67|71917850", SnmpValue("integer", 71917850)),
        ("1.3.6.1.1|68x|9f780442f60000", SnmpValue("opaque", bytes((0x9F, 0x78, 4, 0x42, 0xF6, 0, 0)))),
        ("1.3.6.1.1|70|18446744073709551615", SnmpValue("integer", 18446744073709551615)),
    ],
)
def test_a_line_holds_the_value_of_its_type(line: str, value: SnmpValue) -> None:
    assert snmprec.parse(line) == {"1.3.6.1.1": value}


@pytest.mark.parametrize(
    "line",
    [
        "no bars",
        "1.3.6.1.1|4",
        "1.3.6.xx.1|4|anonymised",
        "1.3.6.1.1|99|unknown type",
        "1.3.6.1.1|2|twelve",
        "1.3.6.1.1|2|٣",
        "1.3.6.1.1|2|2147483648",
        "1.3.6.1.1|66|-1",
        "1.3.6.1.1|70|18446744073709551616",
        "1.3.6.1.1|4x|0g",
        "1.3.6.1.1|2x|00",
        "1.3.6.1.1|64|10.0.0.256",
        "1.3.6.1.1|64|10.0.0",
        "1.3.6.1.1|64x|0a0000",
        "1.3.6.1.1|6|not.an.oid",
        "1.3.6.1.1|2:numeric|min=1,max=2",
        "1.3." + ".".join(["1"] * 200) + "|4|too many arcs",
        "1.3.6.1.1|4|" + "x" * 200_000,
    ],
)
def test_a_malformed_line_is_an_error_that_names_it(line: str) -> None:
    with pytest.raises(snmprec.MalformedRecording, match=r"^line 2: "):
        snmprec.parse(f"1.3.6.1.2|4|fine\n{line}\n")
    assert list(snmprec.parse(f"1.3.6.1.2|4|fine\n{line}\n", skip_malformed=True)) == ["1.3.6.1.2"]


def test_a_recording_has_an_end() -> None:
    with pytest.raises(snmprec.MalformedRecording, match=r"^line 200001: "):
        snmprec.parse("#\n" * 200_001)


def test_of_two_lines_with_one_oid_the_later_counts() -> None:
    assert snmprec.parse("1.3.6.1.1|4|first\n1.3.6.1.1|4|second") == {"1.3.6.1.1": SnmpValue("octets", b"second")}


def test_comments_empty_lines_and_carriage_returns_are_nothing() -> None:
    assert snmprec.parse("# a switch\r\n\r\n1.3.6.1.1|4|x\r\n") == {"1.3.6.1.1": SnmpValue("octets", b"x")}


@given(st.text(max_size=200))
def test_no_text_brings_the_reader_down(text: str) -> None:
    try:
        strict = snmprec.parse(text)
    except snmprec.MalformedRecording:
        return
    assert strict == snmprec.parse(text, skip_malformed=True)


def test_replay_answers_scalars_and_columns_and_nothing_else() -> None:
    recording = snmprec.parse(
        "1.3.6.1.2.1.1.1.0|4|descr\n1.3.6.1.2.1.1.10|4|another subtree\n1.3.6.1.2.1.2.2.1.2.1|4|port 1\n"
        "1.3.6.1.2.1.2.2.1.20.1|4|another column\n1.3.6.1.2.1.2.2.1.2.2|5|\n1.3.6.1.2.1.1.5.0|4|not asked"
    )
    replies = snmprec.replies_from(recording, ["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.1.9.0"], NOW)
    assert set(replies.values) == {"1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.2.2.1.2.1"}
    assert replies.gaps == {}
    assert replies.observed_at == NOW
