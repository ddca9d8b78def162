"""The app, made from the environment."""

from realtime_service.app import create_app
from realtime_service.settings import RealtimeSettings
from servicekit.settings import load_settings

app = create_app(load_settings(RealtimeSettings))
