"""Apps that are made quickly: the tests in process make a thousand of them.

werkzeug compiles a function that builds the URL of each route. A data service never calls it, and
it is most of what making its app costs; so it is compiled when it is called.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


def compile_builders_when_called() -> None:
    compile_builder = Rule._compile_builder

    def defer(rule: Rule, append_unknown: bool = True) -> Builder:
        @cache
        def compiled() -> Builder:
            return compile_builder(rule, append_unknown)

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            return compiled()(rule, **values)

        return build

    Rule._compile_builder = defer  # type: ignore[method-assign,assignment]
