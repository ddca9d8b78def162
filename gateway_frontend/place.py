"""The name and icon on every page, and the rule for sign-up, as admins have set them."""

from gateway_frontend.remembered import TIMEOUT, Remembered
from gateway_frontend.shapes.administration import Place
from servicekit.http import ServiceClient, json_of

UNNAMED: Place = {
    "place_name": "Parley",
    "registration": "closed",
    "icon_url": None,
    "limits": {},
    "bounds": {},
    "sends_email": False,
    "next_steps_dismissed": True,
}


def remembered_place(users: ServiceClient) -> Remembered[Place]:
    """Read again when the feed of users_service names a change."""
    return Remembered(
        lambda: json_of(users.get("/internal/place", timeout=TIMEOUT), Place), UNNAMED
    )
