"""How often one person may do something, and how long a text may be."""

from dataclasses import dataclass

from messages_service.settings import MessagesSettings
from servicekit.language import N_, _
from servicekit.place_limits import LONGEST_TEXT
from servicekit.rates import RateLimiter
from servicekit.web.errors import Invalid


@dataclass
class Limits:
    """A counter of each kind of action, and the characters that a message may have."""

    messages: RateLimiter
    writes: RateLimiter
    new_conversations: RateLimiter
    new_members: RateLimiter
    hooks: RateLimiter
    """Messages of one incoming webhook, and wrong tokens of one address."""
    content: int = LONGEST_TEXT

    @classmethod
    def of(cls, settings: MessagesSettings) -> "Limits":
        return cls(
            messages=RateLimiter(
                settings.rate_messages,
                N_("You are sending too fast; wait a moment."),
                "too-many-messages",
            ),
            writes=RateLimiter(
                settings.rate_writes, N_("You are changing too much at once; wait a moment.")
            ),
            new_conversations=RateLimiter(
                settings.rate_new_conversations,
                N_("You have made many conversations; wait before you make more."),
                "too-many-conversations",
            ),
            new_members=RateLimiter(
                settings.rate_new_members,
                N_("You have added many members; wait before you add more."),
                "too-many-members",
            ),
            hooks=RateLimiter(
                settings.rate_messages,
                N_("This webhook is sending too fast; wait a moment."),
                "too-many-messages",
            ),
        )

    def check_content(self, content: str) -> None:
        """Raises Invalid; `schemas.py` has checked what holds everywhere."""
        if len(content) > self.content:
            limit = self.content
            raise Invalid.field("content", _("must have at most %(limit)s characters", limit=limit))
