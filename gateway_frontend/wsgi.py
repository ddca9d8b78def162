"""The app that gunicorn serves, with settings of the environment."""

from gateway_frontend.app import create_app
from gateway_frontend.settings import GatewaySettings
from servicekit.settings import load_settings

app = create_app(load_settings(GatewaySettings))
