"""/admin: how much the place is used."""

from datetime import date

from flask import Blueprint, render_template, request

from gateway_frontend.parts import current_parts, current_token
from gateway_frontend.shapes.administration import UsageDay

PERIODS = (30, 90)
HEIGHT = 120
pages = Blueprint("admin_overview", __name__, url_prefix="/admin")


@pages.get("")
def show() -> str:
    chosen = request.args.get("days", type=int)
    days = chosen if chosen in PERIODS else PERIODS[0]
    usage = current_parts().admin.usage(current_token(), days)
    return render_template(
        "admin/overview.html",
        usage=usage,
        days=days,
        periods=PERIODS,
        height=HEIGHT,
        bars_of={name: _bars(usage["days"], name) for name in ("messages", "people")},
        first=date.fromisoformat(usage["days"][0]["day"]),
        last=date.fromisoformat(usage["days"][-1]["day"]),
    )


def _bars(days: list[UsageDay], name: str) -> list[int]:
    """The height of each bar in a plot of HEIGHT; small numbers stay visible."""
    values = [day["messages"] if name == "messages" else day["people"] for day in days]
    most = max([*values, 1])
    return [max(2, round(HEIGHT * value / most)) if value else 0 for value in values]
