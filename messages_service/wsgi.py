"""The only object made at import: the app, from the environment."""

from messages_service.app import create_app
from messages_service.settings import MessagesSettings
from servicekit.settings import load_settings

app = create_app(load_settings(MessagesSettings))
