"""The app, from the environment."""

from servicekit.settings import load_settings
from users_service.app import create_app
from users_service.settings import UsersSettings

app = create_app(load_settings(UsersSettings))
