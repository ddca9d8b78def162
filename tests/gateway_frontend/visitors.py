"""A browser without scripts: keeps cookies, fills forms."""

import re
from typing import Any

import requests

from tests.support.cast import Person

TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')


class Visitor(requests.Session):
    """Follows no redirects by itself, so that a test sees them."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url
        self.trust_env = False
        self.headers["Accept"] = "text/html"

    def request(
        self, method: str | bytes, url: str | bytes, *args: Any, **options: Any
    ) -> requests.Response:
        options.setdefault("timeout", 15)
        options["allow_redirects"] = False
        return super().request(method, f"{self.base_url}{url!s}", *args, **options)

    def token(self, path: str = "/login") -> str:
        """The CSRF token of the forms on that page."""
        found = TOKEN.search(self.get(path).text)
        assert found, "the page has no token"
        return found[1]

    def submit(self, path: str, page: str = "/login", **fields: str) -> requests.Response:
        """Send the form as the page would."""
        return self.post(path, data={"csrf_token": self.token(page), **fields})

    def log_in(self, person: Person) -> requests.Response:
        answer = self.submit("/login", login=person.nickname, password=person.password)
        assert answer.status_code == 303, answer.text
        return answer
