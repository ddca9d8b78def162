"""The Jinja environment of the gateway's templates."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class TemplateEnvironment(Environment):
    """Templates share one dictionary of globals; none has globals of its own.

    With Jinja's ChainMap for each template, an import of macros costs a comparison of all names in
    Python: ten imports a page took as long as the call to messages_service.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals
