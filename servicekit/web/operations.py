"""OpenAPI's description of a service's operations, made when somebody asks for it.

flask-openapi3 makes it while the routes are imported, which takes a third of a service's start.
"""

import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.types import ParametersTuple
from flask_openapi3.utils import parse_parameters


class DescribedBlueprint(APIBlueprint):
    """A blueprint whose operations are described by `describe`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._undescribed: list[Callable[[], object]] = []

    def describe(self) -> None:
        """Fill `paths`, `tags` and `components_schemas`."""
        while self._undescribed:
            self._undescribed.pop(0)()

    def _collect_openapi_info(
        self, rule: str, func: Callable[..., Any], **details: Any
    ) -> ParametersTuple:
        collect = super()._collect_openapi_info
        self._undescribed.append(partial(collect, rule, func, **details))
        return parse_parameters(func, doc_ui=False)


class DescribedApp(OpenAPI):
    """An app that describes its blueprints in its first `api_doc`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._describing = threading.Lock()

    @property
    def api_doc(self) -> dict[str, Any]:
        with self._describing:
            return super().api_doc

    def generate_spec_json(self) -> None:
        for blueprint in self.blueprints.values():
            if isinstance(blueprint, DescribedBlueprint):
                blueprint.describe()
                self._add_tags(blueprint.tags)
                self.paths.update(blueprint.paths)
                self.components_schemas.update(blueprint.components_schemas)
        super().generate_spec_json()  # type: ignore[no-untyped-call]

    def _add_tags(self, tags: Iterable[Tag]) -> None:
        """Blueprints may share a tag."""
        for tag in tags:
            if tag.name not in self.tag_names:
                self.tags.append(tag)
                self.tag_names.append(tag.name)
