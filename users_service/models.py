"""The tables of users_service."""

from datetime import datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from servicekit.data.columns import UtcDateTime
from servicekit.data.db import make_db
from servicekit.data.outbox import make_outbox_table
from servicekit.times import utcnow
from users_service.shapes import InviteRole, Registration, Role, Status, Theme

SCOPES: Final = ("read", "write")

db = make_db()


class Base(DeclarativeBase):
    """Base class of the tables."""

    metadata = db.metadata
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 (SQLAlchemy reads it from the class)


class User(Base):
    """A person, or a bot. Never deleted: messages keep their author."""

    __tablename__ = "users"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    search_key: Mapped[str] = mapped_column(Text)
    nickname: Mapped[str] = mapped_column(String(32))
    nickname_key: Mapped[str] = mapped_column(String(128), unique=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(1280), unique=True)
    role: Mapped[Role] = mapped_column(String(16))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    email_verified_at: Mapped[datetime | None]
    avatar_digest: Mapped[str | None] = mapped_column(String(16))
    title: Mapped[str | None] = mapped_column(Text)
    time_zone: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    theme: Mapped[Theme] = mapped_column(String(8), default="system", server_default="system")
    status_emoji: Mapped[str | None] = mapped_column(Text)
    status_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    status_until: Mapped[datetime | None]
    dnd_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)

    @property
    def avatar_url(self) -> str | None:
        """Changes with the picture, so that it can be cached for good."""
        if self.avatar_digest is None:
            return None
        return f"/api/users/{self.id}/avatar?v={self.avatar_digest}"

    @property
    def status(self) -> Status | None:
        """None as well after its end, before `end_past_statuses` has removed it."""
        is_empty = self.status_emoji is None and not self.status_text
        if is_empty or _is_past(self.status_until):
            return None
        return {"emoji": self.status_emoji, "text": self.status_text, "until": self.status_until}

    @property
    def quiet_until(self) -> datetime | None:
        """`dnd_until`, unless it is over."""
        return None if _is_past(self.dnd_until) else self.dnd_until


class Avatar(Base):
    """A person's picture, apart from the person so that lists do not read it."""

    __tablename__ = "avatars"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class UserSession(Base):
    """A login. Only the hash of its session token is stored."""

    __tablename__ = "sessions"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_used_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    """When the person last gave proof of who they are: at the login, or by their password."""

    @property
    def sid(self) -> str:
        """How access tokens name it."""
        return f"s{self.id}"


class ApiToken(Base):
    """A token for programs; it ends with the token that created it, `parent_id`.

    `scopes` are words with spaces between them.
    """

    __tablename__ = "api_tokens"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("api_tokens.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    @property
    def sid(self) -> str:
        """How access tokens name it."""
        return f"t{self.id}"


class Invite(Base):
    """Lets as many people as `uses` create an account, which gets `role`.

    `used_at` is set when the last of them has.
    """

    __tablename__ = "invites"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[InviteRole] = mapped_column(String(16))
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]
    uses: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    used: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class InviteUse(Base):
    """An account that was created with an invite."""

    __tablename__ = "invite_uses"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    invite_id: Mapped[int] = mapped_column(ForeignKey("invites.id", ondelete="CASCADE"), index=True)


class PasswordReset(Base):
    """A link that lets a person choose a new password, once.

    An administrator made it, or it was sent to `email_key`, and is valid as long as that is the
    person's address.
    """

    __tablename__ = "password_resets"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    email_key: Mapped[str | None] = mapped_column(String(1280))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AuthenticatorApp(Base):
    """An app that shows codes for the second step of a login (RFC 6238).

    `sealed_secret` is encrypted; `last_step` is the time step of the last code that was accepted.
    Without `confirmed_at` the person has not entered a code yet.
    """

    __tablename__ = "authenticator_apps"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(Text)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """Takes the place of a code, once. Only its hash is stored."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key pair of a person's device (WebAuthn); `credential_id` is base64url."""

    __tablename__ = "passkeys"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_used_at: Mapped[datetime | None]


class Identity(Base):
    """An account at the OpenID Connect provider, with which a person logs in.

    Its e-mail is shown to the person; `subject` alone says who it is.
    """

    __tablename__ = "identities"
    __table_args__ = (
        UniqueConstraint("issuer", "subject", name="uq_identities_issuer_subject"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(String(320))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_used_at: Mapped[datetime | None]


class Challenge(Base):
    """A login, or the making of a passkey, that is to be finished within minutes, once.

    The client holds the secret; `data` is JSON that only this service reads.
    """

    __tablename__ = "challenges"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    data: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Mail(Base):
    """An e-mail that is to be sent; the row is deleted afterwards.

    It goes to a person, or to whoever has the address `email_key`, if anybody has.
    """

    __tablename__ = "mails"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    email_key: Mapped[str | None] = mapped_column(String(1280))
    language: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    due_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)


class Place(Base):
    """One row, if an admin has set something; a null field has the value of the environment."""

    __tablename__ = "place"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str | None] = mapped_column(Text)
    registration: Mapped[Registration | None] = mapped_column(String(8))
    icon_digest: Mapped[str | None] = mapped_column(String(16))
    next_steps_dismissed: Mapped[bool] = mapped_column(default=False, server_default=false())


class PlaceIcon(Base):
    """One row, the place's icon, apart from the settings, which are read more often."""

    __tablename__ = "place_icon"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class AuditEntry(Base):
    """An act of somebody, in this service or another; written once, in the act's transaction.

    `user_id` is the person concerned, `detail` a JSON object. Another service gives a `key`, so
    that an entry that it sends twice is stored once.
    """

    __tablename__ = "audit"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(String(36), unique=True)
    date: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(40), index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(Text)


class ImportedPerson(Base):
    """Which account a person of an import is: importing the same again finds it."""

    __tablename__ = "imported_people"

    source: Mapped[str] = mapped_column(String(100), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class SigningKey(Base):
    """A key for access tokens. The newest that is not retired signs; a retired one only checks."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(String(32), primary_key=True)
    public_jwk: Mapped[str] = mapped_column(Text)
    private_pem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    retired_at: Mapped[datetime | None]


class FeedHead(Base):
    """One row, the feed's last seq. Changes of people and revocations lock it until the commit."""

    __tablename__ = "feed_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_seq: Mapped[int] = mapped_column(server_default=text("0"))


class FeedEntry(Base):
    """A change of a person or session, for the other services to poll."""

    __tablename__ = "feed"
    __table_args__ = (Index("ix_feed_type_date", "type", "date"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(32))
    data: Mapped[str] = mapped_column(Text)
    date: Mapped[datetime] = mapped_column(default=utcnow)


outbox = make_outbox_table(db.metadata)


def _is_past(moment: datetime | None) -> bool:
    return moment is not None and moment <= utcnow()
