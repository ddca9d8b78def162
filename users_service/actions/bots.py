"""Bot accounts that operators create on the command line, and other services."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicekit.data.db import transaction
from servicekit.identity.feed import USER_CREATED
from servicekit.times import utcnow
from users_service import errors, feed
from users_service.context import Context
from users_service.models.people import User
from users_service.models.sessions import SCOPES, ApiToken
from users_service.names import comparison_key, search_key
from users_service.secret_tokens import secret_hash


def ensure_bot(
    context: Context, nickname: str, name: str, email: str, token: str | None = None
) -> int:
    """Create the bot if it is not there, and give it that token; returns its id."""
    with transaction(context.db) as running:
        feed.lock(running)
        session = running.session
        bot = session.scalar(select(User).where(User.nickname_key == comparison_key(nickname)))
        if bot is None:
            now = utcnow()
            bot = User(
                name=name,
                search_key=search_key(name, nickname),
                nickname=nickname,
                nickname_key=comparison_key(nickname),
                email=email,
                email_key=comparison_key(email),
                role="bot",
                created_at=now,
                updated_at=now,
            )
            session.add(bot)
            session.flush()
            feed.append_user(running, context.publisher, USER_CREATED, bot)
        elif bot.role != "bot":
            raise errors.not_a_bot(nickname)
        if token is not None:
            _set_token(session, bot.id, token)
        return bot.id


def _set_token(session: Session, bot_id: int, token: str) -> None:
    digest = secret_hash(token)
    if session.scalar(select(ApiToken).where(ApiToken.token_hash == digest)) is None:
        scopes = " ".join(sorted(SCOPES))
        session.add(ApiToken(user_id=bot_id, name="Kept", token_hash=digest, scopes=scopes))
