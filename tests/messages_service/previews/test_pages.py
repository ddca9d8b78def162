"""Reading the description of a linked page."""

import pytest

from messages_service.preview_links import PreviewLinks
from messages_service.previews.pages import PageFacts, decode, read_page

URL = "https://www.shop.example/tea/green"


def read(html: str, content_type: str = "text/html") -> PageFacts:
    return read_page(html.encode(), content_type, URL)


def test_opengraph_comes_before_the_title() -> None:
    page = read(
        "<title>Other</title><meta name=description content=Other>"
        "<meta property='og:title' content='Green &amp; black'>"
        "<meta property='og:description' content='  A tea\n of two  '>"
        "<meta property='og:site_name' content='Tea shop'>"
        "<meta property='og:image' content='/cup.png'>"
    )
    cup = "https://www.shop.example/cup.png"
    assert page == PageFacts("Tea shop", "Green & black", "A tea of two", cup)


def test_a_page_without_opengraph_has_its_title_and_description() -> None:
    page = read("<title>\n Green\n tea</title><meta NAME='Description' content='Leaves.'>")
    assert page == PageFacts("shop.example", "Green tea", "Leaves.", None)


@pytest.mark.parametrize(
    "html", ["", " ", "plain words", "<", "\0\0\0", "<html></html>", "<?xml version='1.0'?><a/>"]
)
def test_a_page_that_says_nothing_has_an_empty_title(html: str) -> None:
    assert read(html).title == ""


def test_long_text_is_cut_and_invisible_characters_are_left_out() -> None:
    page = read(f"<title>{'word ' * 1000}</title><meta name=description content='a\u202eb\x07c'>")
    assert page.title.endswith("word…")
    assert len(page.title) <= 200
    assert page.description == "a b c"


def test_markup_in_a_title_stays_text() -> None:
    page = read("<meta property='og:title' content='<script>alert(1)</script>'>")
    assert page.title == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        ("grün".encode(), "text/html", "grün"),
        ("grün".encode("latin-1"), "text/html; charset=ISO-8859-1", "grün"),
        ("<meta charset='windows-1252'>grün".encode("cp1252"), "text/html", "grün"),
        ("お茶".encode("shift_jis"), 'text/html; charset="Shift_JIS"', "お茶"),
        (b"\xff\xfe" + "grün".encode("utf-16le"), "text/html; charset=latin-1", "grün"),
        ("grün".encode(), "text/html; charset=punycode", "grün"),
        ("grün".encode(), "text/html; charset=iso-8859-99", "grün"),
        (b"gr\xfcn", "text/html", "gr\ufffdn"),
    ],
)
def test_the_text_is_decoded_by_its_charset(body: bytes, content_type: str, expected: str) -> None:
    assert decode(body, content_type).endswith(expected)


def test_deep_and_repeated_markup_costs_little() -> None:
    page = read("<div>" * 100_000 + "<title>deep</title>")
    assert page.site_name == "shop.example"
    assert read("<meta name=a content=b>" * 20_000).title == ""


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="https://a.example/?b=1&amp;c=2" rel="x">', ["https://a.example/?b=1&c=2"]),
        ('<a title="t" href="http://a.example/">', ["http://a.example/"]),
        ('<a href="http://a.example/">' * 2, ["http://a.example/"]),
        ("".join(f'<a href="http://{n}.example/">' for n in range(9)),
         ["http://0.example/", "http://1.example/", "http://2.example/"]),
        ('<a href="https://chat.example/app/c/7">', []),
        ('<a href="mailto:a@a.example">', []),
        ('<code>href="http://a.example/"</code>', []),
        ('<span class="spoiler"><a href="http://a.example/"></span>', []),
        (f'<a href="http://a.example/{"x" * 2000}">', []),
        ('<a href="http://[::1">', ["http://[::1"]),
    ],
)  # fmt: skip
def test_a_message_has_few_links_with_previews(html: str, expected: list[str]) -> None:
    assert PreviewLinks("https://chat.example", is_on=True).of(html) == expected
    assert PreviewLinks("https://chat.example", is_on=False).of(html) == []
