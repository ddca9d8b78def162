"""The texts of the scripts in one language, as a script that `core/language.js` finds loaded."""

import orjson
from babel.messages.catalog import Catalog

WITH_TEXTS_OF_SCRIPTS = (
    ".js",
    # Refusals of messages that were sent over a socket, which come in English.
    "messages_service/errors.py",
    "realtime_service/features/sending.py",
)
Texts = dict[str, str | list[str]]


def script_of(catalog: Catalog) -> bytes:
    """The script of a catalog; its plural rule, an expression in C, is one in JavaScript, too."""
    texts = orjson.dumps(_texts(catalog)).decode()
    plural = f"(n) => Number({catalog.plural_expr})"
    return f"globalThis.parleyCatalog = {{ plural: {plural}, texts: {texts} }};\n".encode()


def _texts(catalog: Catalog) -> Texts:
    texts: Texts = {}
    for message in catalog:
        is_in_script = any(name.endswith(WITH_TEXTS_OF_SCRIPTS) for name, _ in message.locations)
        if not is_in_script or message.fuzzy or not message.string:
            continue
        text = message.id if isinstance(message.id, str) else message.id[0]
        key = f"{message.context}\x04{text}" if message.context else text
        string = message.string
        if isinstance(string, str):
            texts[key] = string
        elif all(string):
            texts[key] = list(string)
    return texts
