"""Read a web page's description of itself: OpenGraph, else its title and description."""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml import etree

from messages_service.previews.models import MAX_DESCRIPTION, MAX_SITE_NAME, MAX_TITLE

MAX_ELEMENTS = 2000
"""Of `<title>` and `<meta>`, so that a page of nothing else costs little."""
UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
ENCODING = re.compile(
    r"(?:utf-?8|utf-16(?:le|be)?|us-ascii|ascii|latin-?1|windows-125\d|cp125\d|iso-8859-\d{1,2}"
    r"|koi8-[ru]|shift[_-]jis|euc-(?:jp|kr)|iso-2022-jp|gbk|gb2312|gb18030|big5)",
    re.IGNORECASE,
)
"""Those of the web; some others of Python's take quadratic time."""
IN_HEADER = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
IN_PAGE = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?([\w-]+)", re.IGNORECASE)
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
SEARCHED_BYTES = 2048


@dataclass(frozen=True, slots=True)
class PageFacts:
    """`title` may be empty; `picture_url` is not checked in any way."""

    site_name: str
    title: str
    description: str
    picture_url: str | None


def read_page(body: bytes, content_type: str, url: str) -> PageFacts:
    """Read a page, or its beginning, that was fetched from `url`."""
    named, title = _named_texts(decode(body, content_type))

    def first(*names: str) -> str:
        return next((named[name] for name in names if named.get(name)), "")

    picture = first("og:image:secure_url", "og:image", "og:image:url", "twitter:image")
    return PageFacts(
        site_name=_clean(first("og:site_name") or _site_of(url), MAX_SITE_NAME),
        title=_clean(first("og:title", "twitter:title") or title, MAX_TITLE),
        description=_clean(
            first("og:description", "twitter:description", "description"), MAX_DESCRIPTION
        ),
        picture_url=_joined(url, picture),
    )


def decode(body: bytes, content_type: str) -> str:
    """The text; by its byte order mark, the header, the page itself, or as UTF-8."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    in_header = IN_HEADER.search(content_type)
    in_page = IN_PAGE.search(body[:SEARCHED_BYTES])
    for name in (in_header and in_header[1], in_page and in_page[1].decode("ascii", "replace")):
        if name and ENCODING.fullmatch(name):
            try:
                return body.decode(name, "replace")
            except LookupError:
                continue
    return body.decode("utf-8", "replace")


def _named_texts(text: str) -> tuple[dict[str, str], str]:
    """The first content of each `<meta>` by its name or property, and the first `<title>`."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    named: dict[str, str] = {}
    title = ""
    try:
        root = etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        return named, title
    if root is None:
        return named, title
    for number, element in enumerate(root.iter("meta", "title")):
        if number > MAX_ELEMENTS:
            break
        if element.tag == "title":
            title = title or "".join(element.itertext())
            continue
        name = element.get("property") or element.get("name") or ""
        named.setdefault(name.strip().lower(), element.get("content") or "")
    return named, title


def _clean(text: str, limit: int) -> str:
    """One line of visible text, cut at a word if it is too long."""
    line = " ".join(UNWANTED.sub(" ", unicodedata.normalize("NFC", text[: limit * 10])).split())
    if len(line) <= limit:
        return line
    start, _, rest = line[: limit - 1].rpartition(" ")
    return (start if len(start) > limit // 2 else start + " " + rest).strip() + "…"


def _joined(url: str, picture: str) -> str | None:
    try:
        return urljoin(url, picture.strip()) if picture.strip() else None
    except ValueError:
        return None


def _site_of(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
