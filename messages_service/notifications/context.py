"""The dependencies of the routes of notifications, besides the service's context."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from messages_service.notifications.vapid import VapidKey
from servicekit.public_web.addresses import Permits

EXTENSION = "messages_service.notifications"


@dataclass(frozen=True)
class Notifications:
    """`permits` says which addresses push services may have."""

    vapid: VapidKey
    permits: Permits


def install_notifications(app: Flask, notifications: Notifications) -> None:
    app.extensions[EXTENSION] = notifications


def current_notifications() -> Notifications:
    """Those of the app that handles this request."""
    return cast(Notifications, current_app.extensions[EXTENSION])
