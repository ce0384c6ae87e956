"""The MSP's brand: colours that can be read, a logo that is a picture and nothing else."""

import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.brand import shown_brand
from server.accounts.colours import DARK, LIGHT, NoColour, colour, contrast, nearest_readable, on_colour, readable
from server.accounts.logo import LARGEST_BYTES, NoLogo, read_logo
from server.accounts.models import AuditEntry, Brand
from server.accounts.rights import Role
from tests.web.conftest import MakePerson, signed_in

pytestmark = pytest.mark.django_db
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def png(
    width: int = 4, height: int = 3, colour: int = 2, depth: int = 8, *, extra: bytes = b"", pixels: bytes | None = None
) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    rows = pixels if pixels is not None else (b"\0" + b"\x10" * ((width * depth * channels + 7) // 8)) * height
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def text_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def jpeg(*, extra: bytes = b"", width: int = 8, height: int = 8) -> bytes:
    def segment(mark: int, content: bytes) -> bytes:
        return bytes([0xFF, mark]) + struct.pack(">H", len(content) + 2) + content

    frame = segment(0xC0, b"\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\0")
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0") + extra + segment(0xDB, b"\0" * 65) + frame + scan + b"\xff\xd9"


@given(text=colours)
def test_the_nearest_colour_can_be_read_and_a_readable_one_stays(text: str) -> None:
    for on in (LIGHT, DARK):
        near = nearest_readable(text, on)
        assert readable(near, on)
        assert near == text or not readable(text, on)


@given(text=colours)
def test_words_on_a_colour_can_be_read(text: str) -> None:
    assert contrast(on_colour(text), text) >= 4.5


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("text", ["red", "#fff", "#12345g", "url(x)", "#123456;", "}body{", "#１23456"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(NoColour):
        colour(text)


def test_the_themes_surfaces_are_those_of_the_style_sheet() -> None:
    from django.contrib.staticfiles import finders

    found = finders.find("web/theme.css")
    assert found
    with open(found, encoding="utf-8") as file:
        light, dark = file.read().split('[data-bs-theme="dark"] {')[:2]
    for part, surfaces in ((light, LIGHT), (dark, DARK)):
        told = {name: part.split(f"--dl-{name}: ")[1].split(";")[0] for name in ("surface", "canvas")}
        shown = [value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:]) for value in told.values()]
        assert tuple(shown) == surfaces


def test_a_colour_that_cannot_be_read_is_answered_with_the_nearest(browser: Browser) -> None:
    page = browser.post("/settings/", {"name": "Larkfield IT", "colour": "#ffee00"})
    proposed = page.context["proposed"]
    assert (readable(proposed.light, LIGHT), readable(proposed.dark, DARK)) == (True, True)
    assert not Brand.objects.exists()
    browser.post("/settings/", {"name": "Larkfield IT", "colour": proposed.light, "colour_dark": proposed.dark})
    assert shown_brand().colour == proposed.light


def test_the_brand_leads_on_the_sign_in_page(browser: Browser) -> None:
    given_ = {
        "name": "Larkfield <IT>",
        "colour": "#8a1c4a",
        "colour_dark": "#e89ac0",
        "sender": "desk@larkfield.example",
    }
    browser.post("/settings/", {**given_, "logo": SimpleUploadedFile("x.png", png())})
    page = Browser().get("/sign-in/").content.decode()
    assert "Sign in to Larkfield &lt;IT&gt;" in page
    assert "/brand/style.css" in page
    assert "#8a1c4a" in Browser().get("/brand/style.css").content.decode()
    logo = Browser().get("/brand/logo")
    assert (logo.headers["Content-Type"], logo.headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert AuditEntry.objects.get().action == "brand changed"


def test_without_a_brand_the_page_is_ours(db: None) -> None:
    assert Browser().get("/brand/logo").status_code == 404
    assert Browser().get("/brand/style.css").content == b"\n"
    assert "Sign in</h1>" in Browser().get("/sign-in/").content.decode()


def test_a_logo_can_be_taken_away(browser: Browser) -> None:
    browser.post("/settings/", {"name": "x", "logo": SimpleUploadedFile("x.png", png())})
    browser.post("/settings/", {"name": "x", "remove_logo": "on"})
    assert not shown_brand().has_logo


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_who_manages_the_server_opens_its_settings(make_person: MakePerson, role: Role) -> None:
    browser = signed_in(make_person(role))
    assert {browser.get(path).status_code for path in ("/settings/", "/settings/server/")} == {403}


@pytest.mark.parametrize(("kind", "depth"), [(0, 1), (0, 8), (0, 16), (2, 8), (2, 16), (3, 8), (4, 8), (6, 8), (6, 16)])
def test_a_png_comes_through_as_it_is(kind: int, depth: int) -> None:
    given_ = png(5, 4, kind, depth, extra=text_chunk(b"PLTE", b"\0" * 9) if kind == 3 else b"")
    assert read_logo(given_).content == given_


def test_all_but_the_picture_is_taken_out() -> None:
    secret = b"GPS 51.5 N <script>alert(1)</script>"
    assert secret not in read_logo(png(extra=text_chunk(b"tEXt", b"Comment\0" + secret))).content
    comment = b"\xff\xfe" + struct.pack(">H", len(secret) + 2) + secret
    exif = b"\xff\xe1" + struct.pack(">H", len(secret) + 2) + secret
    assert secret not in read_logo(jpeg(extra=comment + exif)).content
    assert secret not in read_logo(png() + secret).content
    assert secret not in read_logo(jpeg() + secret).content


def test_a_jpeg_keeps_its_size_and_its_scan() -> None:
    logo = read_logo(jpeg(width=300, height=80))
    assert (logo.kind, logo.width, logo.height) == ("image/jpeg", 300, 80)
    assert b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9" in logo.content


@pytest.mark.parametrize(
    "bad",
    [
        b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", b"\xff\xd8\xff\xd9",
        b"\x89PNG\r\n\x1a\n", png()[:-20], png()[:40], png()[:60] + bytes([png()[60] ^ 1]) + png()[61:],
        png(1201, 1), png(0, 1), png(pixels=b"\0" * 5), png(4, 3, pixels=b"\0" * 50_000_000), png(colour=2, depth=4),
        png(extra=text_chunk(b"ABCD", b"")), jpeg()[:30], jpeg()[:-2], jpeg(width=5000), jpeg(extra=b"\x00"),
        jpeg(extra=b"\xff\xc9\x00\x02"), b"\xff\xd8\xff\xe0\x00\x00", b"x" * (LARGEST_BYTES + 1),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(bad: bytes) -> None:
    with pytest.raises(NoLogo):
        read_logo(bad)


@given(at=st.integers(0, 10_000), byte=st.integers(0, 255), of_jpeg=st.booleans(), cut=st.booleans())
def test_a_damaged_picture_is_refused_or_shown_but_never_a_defect(at: int, byte: int, of_jpeg: bool, cut: bool) -> None:
    whole = jpeg() if of_jpeg else png()
    at %= len(whole)
    damaged = whole[:at] + (b"" if cut else bytes([byte]) + whole[at + 1 :])
    try:
        shown = read_logo(damaged).content
    except NoLogo:
        return
    assert len(shown) <= len(damaged) + 2
