"""Bot accounts that operators create on the command line."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicekit.data.db import transaction
from servicekit.times import utcnow
from servicekit.web.errors import Conflict
from users_service import log
from users_service.models import SCOPES, ApiToken, User, db
from users_service.names import comparison_key, search_key
from users_service.secret_tokens import secret_hash


def ensure_bot(nickname: str, name: str, email: str, token: str) -> int:
    """Create the bot, or set its token; returns its id."""
    with transaction(db) as change:
        log.lock(change)
        session = change.session
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
            log.append_user(change, log.USER_CREATED, bot)
        elif bot.role != "bot":
            raise Conflict(f"{nickname} is a person.", "not-a-bot")
        _set_token(session, bot.id, token)
        return bot.id


def _set_token(session: Session, bot_id: int, token: str) -> None:
    digest = secret_hash(token)
    if session.scalar(select(ApiToken).where(ApiToken.token_hash == digest)) is None:
        scopes = " ".join(sorted(SCOPES))
        session.add(ApiToken(user_id=bot_id, name="Kept", token_hash=digest, scopes=scopes))
