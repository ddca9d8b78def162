"""Rates as settings: how often somebody may do something."""

from collections.abc import Callable
from typing import Annotated, Any

from limits import parse
from pydantic import BeforeValidator


def _rate_in(window: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        text = str(value).strip()
        rate = f"{text} per {window}" if text.isascii() and text.isdigit() else text
        try:
            if parse(rate).amount > 0:
                return rate
        except ValueError:
            pass
        raise ValueError(f"must be a number (per {window}) or like '100 per minute'")

    return check


RatePerHour = Annotated[str, BeforeValidator(_rate_in("1 hour"))]
"""A number of times per hour, or as `limits` writes it: `100 per 10 minutes`."""
RatePerTenSeconds = Annotated[str, BeforeValidator(_rate_in("10 second"))]
"""A number of times per 10 seconds, or as `limits` writes it."""
