"""Fetch linked pages and their pictures, with limits on time and size."""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass

from messages_service.previews.pages import read_page
from servicekit.pictures import Pictures
from servicekit.public_web.addresses import NotFetched
from servicekit.public_web.client import PublicWeb
from servicekit.web.errors import Problem

PAGE_BYTES = 512_000
PICTURE_BYTES = 5_000_000
SECONDS_FOR_EACH = 5.0
SECONDS_FOR_ALL = 10.0
"""Of one message."""
PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
LEAST_SIDE = 32
"""Smaller pictures are icons, or count visitors."""
SHOWN_BOX = (480, 360)
OK = 200
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture made small and encoded by us."""

    content_type: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class FetchedPreview:
    url: str
    site_name: str
    title: str
    description: str
    picture: ShownPicture | None


class Fetcher:
    """Fetches previews; a page that has none, or does not answer, is left out."""

    def __init__(self, web: PublicWeb, pictures: Pictures) -> None:
        self._web = web
        self._pictures = pictures

    def fetch_all(self, links: Iterable[str]) -> dict[str, FetchedPreview]:
        """By link; those for which there is time."""
        end = time.monotonic() + SECONDS_FOR_ALL
        found = {}
        for link in links:
            try:
                preview = self._fetch(link, end)
            except (NotFetched, Problem) as error:
                log.info("no preview of a link: %s", error)
            else:
                if preview:
                    found[link] = preview
        return found

    def _fetch(self, link: str, end: float) -> FetchedPreview | None:
        answer = self._web.get(
            link,
            accept="text/html,application/xhtml+xml;q=0.9",
            max_bytes=PAGE_BYTES,
            seconds=_seconds(end),
        )
        content_type = answer.headers.get("content-type", "")
        if answer.status != OK or _essence(content_type) not in PAGE_TYPES:
            return None
        page = read_page(answer.body, content_type, answer.url)
        if not page.title:
            return None
        picture = self._picture(page.picture_url, end) if page.picture_url else None
        return FetchedPreview(link, page.site_name, page.title, page.description, picture)

    def _picture(self, url: str, end: float) -> ShownPicture | None:
        """None for one that does not come, is too large, too small or no picture."""
        try:
            answer = self._web.get(
                url, accept="image/*", max_bytes=PICTURE_BYTES, seconds=_seconds(end)
            )
            if answer.status != OK or not answer.is_whole:
                return None
            looked = self._pictures.look_at([answer.body], len(answer.body), lambda _: None)
        except (NotFetched, Problem) as error:
            log.info("no picture of a preview: %s", error)
            return None
        picture = looked.picture
        if picture is None or min(picture.width, picture.height) < LEAST_SIDE:
            return None
        scale = min(1, SHOWN_BOX[0] / picture.width, SHOWN_BOX[1] / picture.height)
        width, height = round(picture.width * scale), round(picture.height * scale)
        return ShownPicture(picture.content_type, picture.thumbnail, max(1, width), max(1, height))


def _seconds(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise NotFetched("the message has too many slow links")
    return min(left, SECONDS_FOR_EACH)


def _essence(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
