"""Pages and JSON of some size are compressed for clients that accept it, and nothing else is."""

import gzip

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from servicekit.web.compression import install_compression

LONG = "many words and some more, " * 100
ACCEPTING = {"Accept-Encoding": "br;q=0.5, gzip"}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    app = Flask(__name__)
    install_compression(app)

    @app.route("/page", methods=["GET", "POST"])
    def page() -> str:
        return LONG

    @app.get("/<kind>")
    def other(kind: str) -> Response:
        if kind == "json":
            return Response(LONG, mimetype="application/json")
        if kind == "picture":
            return Response(LONG, mimetype="image/png")
        if kind == "tagged":
            return Response(LONG, headers={"ETag": '"1"'})
        if kind == "refused":
            return Response(LONG, status=404)
        return Response(LONG[:100]) if kind == "short" else Response(iter([LONG]))

    return app.test_client()


@pytest.mark.parametrize("path", ["/page", "/json"])
def test_a_long_answer_is_compressed(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=ACCEPTING)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.content_length == len(answer.data) < len(LONG) / 5
    assert gzip.decompress(answer.data).decode() == LONG


def test_sizes_of_the_same_answer_differ(client: FlaskClient) -> None:
    sizes = {len(client.get("/page", headers=ACCEPTING).data) for _ in range(20)}
    assert len(sizes) > 1


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity"])
def test_a_client_that_does_not_accept_it_gets_the_text(client: FlaskClient, accepted: str) -> None:
    answer = client.get("/page", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.text == LONG


@pytest.mark.parametrize("path", ["/picture", "/tagged", "/refused", "/short", "/streamed"])
def test_other_answers_stay_as_they_are(client: FlaskClient, path: str) -> None:
    assert "Content-Encoding" not in client.get(path, headers=ACCEPTING).headers


def test_answers_to_changes_are_not_compressed_as_they_may_hold_secrets(
    client: FlaskClient,
) -> None:
    assert "Content-Encoding" not in client.post("/page", headers=ACCEPTING).headers
