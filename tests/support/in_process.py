"""Flask's test client, typed for tests that read JSON answers."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Answer(TestResponse):
    """An answer whose `json` fails at once where the body is none."""

    @property
    def json(self) -> Any:
        assert self.is_json, f"{self.status}: {self.text!r} is not JSON"
        return self.get_json()


class Caller:
    """The methods of HTTP, for a class that has `call`."""

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        raise NotImplementedError

    def get(self, path: str, **options: Any) -> Answer:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.call("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.call("PUT", path, body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.call("PATCH", path, body, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.call("DELETE", path, **options)


class Client(FlaskClient):
    """Calls an app in this process; every method returns an `Answer`."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, Answer)

    def open(self, *args: Any, **options: Any) -> Answer:
        answer = super().open(*args, **options)
        assert isinstance(answer, Answer)
        return answer

    def get(self, *args: Any, **options: Any) -> Answer:
        return self.open(*args, method="GET", **options)

    def post(self, *args: Any, **options: Any) -> Answer:
        return self.open(*args, method="POST", **options)

    def put(self, *args: Any, **options: Any) -> Answer:
        return self.open(*args, method="PUT", **options)

    def patch(self, *args: Any, **options: Any) -> Answer:
        return self.open(*args, method="PATCH", **options)

    def delete(self, *args: Any, **options: Any) -> Answer:
        return self.open(*args, method="DELETE", **options)
