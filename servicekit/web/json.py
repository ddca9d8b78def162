"""orjson as Flask's JSON provider."""

from datetime import datetime
from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider
from pydantic import BaseModel

from servicekit.times import isoformat

OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


def dumps(value: Any) -> str:
    """`value` as JSON text; datetimes as by `isoformat`."""
    return dump_bytes(value).decode()


def dump_bytes(value: Any) -> bytes:
    """The same in UTF-8."""
    return orjson.dumps(value, default=_default, option=OPTIONS)


class OrjsonProvider(JSONProvider):
    """Used by `jsonify`, `request.get_json` and returned dictionaries."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return dumps(obj)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        body = dump_bytes(self._prepare_response_obj(args, kwargs))
        return Response(body, mimetype="application/json")


def _default(value: Any) -> Any:
    if isinstance(value, datetime):
        return isoformat(value)
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
