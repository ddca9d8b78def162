"""Checks of real answers against the schemas that OpenAPI publishes."""

import sys
from typing import Any

from flask import Flask
from pydantic import ConfigDict, RootModel, TypeAdapter

from tests.support.in_process import Client

EXACT = ConfigDict(extra="forbid", strict=True)


def described_answers(app: Flask) -> dict[str, str]:
    """The schema of each operation that answers with JSON: `{"GET /api/users": "UserList"}`."""
    paths = Client(app).get("/openapi.json").json["paths"]
    found = {}
    for path, operations in paths.items():
        for method, operation in operations.items():
            for status in ("200", "201"):
                content = operation["responses"].get(status, {}).get("content", {})
                reference = content.get("application/json", {}).get("schema", {}).get("$ref")
                if reference:
                    found[f"{method.upper()} {path}"] = reference.rpartition("/")[2]
    return found


def schema_named(name: str, service: str) -> Any:
    """The class of a service's `schemas` or `shapes` that OpenAPI shows under this name."""
    modules = [
        module
        for path, module in sys.modules.items()
        if path.startswith(f"{service}.") and {"schemas", "shapes"} & set(path.split("."))
    ]
    (found,) = {getattr(module, name) for module in modules if hasattr(module, name)}
    return found


def assert_has_fields(schema: Any, body: bytes) -> None:
    """The JSON has the schema's fields, no others, and each value has its type."""
    if issubclass(schema, RootModel):
        schema = schema.model_fields["root"].annotation
    # A TypedDict takes its configuration from the type around it.
    TypeAdapter(list[schema], config=EXACT).validate_json(b"[" + body + b"]")
