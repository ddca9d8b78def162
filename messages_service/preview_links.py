"""The links of a message's HTML that get previews."""

import re
from html import unescape
from typing import Final
from urllib.parse import urlsplit

MAX_PREVIEWS: Final = 3
"""Of one message."""
MAX_LINK_LENGTH: Final = 2000
_LINK = re.compile(r'<a (?:[^>]*? )?href="(https?://[^"]+)"')
_SPOILER = 'class="spoiler"'


class PreviewLinks:
    """Finds nothing while previews are switched off, and no links to this Parley itself."""

    def __init__(self, public_url: str, *, is_on: bool) -> None:
        self._own_place = _place(public_url)
        self._is_on = is_on

    def of(self, html: str) -> list[str]:
        """The first different links; none of a text with a spoiler, which they might give away."""
        if not self._is_on or 'href="http' not in html or _SPOILER in html:
            return []
        links = dict.fromkeys(unescape(found) for found in _LINK.findall(html))
        return [link for link in links if self._may_have_one(link)][:MAX_PREVIEWS]

    def _may_have_one(self, link: str) -> bool:
        return len(link) <= MAX_LINK_LENGTH and _place(link) != self._own_place


def _place(url: str) -> str:
    try:
        return urlsplit(url).netloc.casefold()
    except ValueError:
        return ""
