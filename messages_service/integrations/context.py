"""The objects that webhooks and commands of a running messages_service use."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from messages_service.people.webhook_account import WebhookAccount
from servicekit.public_web.client import PublicWeb
from servicekit.sealing import Sealer
from servicekit.slots import Slots

EXTENSION = "messages_service.integrations"


@dataclass(frozen=True)
class Integrations:
    """`running` limits how many threads wait for the servers of commands."""

    account: WebhookAccount
    sealer: Sealer
    web: PublicWeb
    running: Slots
    public_url: str


def install_integrations(app: Flask, integrations: Integrations) -> None:
    app.extensions[EXTENSION] = integrations


def current_integrations() -> Integrations:
    """Those of the app that handles this request."""
    return cast(Integrations, current_app.extensions[EXTENSION])
