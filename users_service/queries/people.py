"""Reads of people and their pictures."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select

from servicekit.data.pages import page_of, without_surplus
from users_service import errors
from users_service.context import Context
from users_service.models.people import Avatar, User
from users_service.names import comparison_key, search_key
from users_service.schemas.fields import MAX_INT
from users_service.schemas.people import UserListQuery


def get_user(context: Context, user_id: int) -> User:
    """Raises NotFound."""
    user = context.db.session().get(User, user_id)
    if user is None:
        raise errors.no_such_person()
    return user


def list_users(
    context: Context, query: UserListQuery, only: Sequence[int] | None = None
) -> tuple[Sequence[User], bool]:
    """A page of people by id, and whether there are more.

    Without `ids` or `inactive`, active accounts only.
    `only` are the ids of the people that the caller may see; None means all.
    """
    people = select(User).order_by(User.id)
    if only is not None:
        people = people.where(User.id.in_(only))
    if query.ids is not None:
        people = people.where(User.id.in_([id_ for id_ in query.ids if id_ <= MAX_INT]))
    elif not query.inactive:
        people = people.where(User.active)
    if query.q:
        people = people.where(_is_called_like(query.q))
    if query.role is not None:
        people = people.where(User.role == query.role)
    found = context.db.session().scalars(page_of(people, User.id, query)).all()
    return without_surplus(found, query)


def get_by_nickname(context: Context, nickname: str) -> User:
    """Raises NotFound."""
    wanted = select(User).where(User.nickname_key == comparison_key(nickname))
    user = context.db.session().scalars(wanted).one_or_none()
    if user is None:
        raise errors.no_such_person()
    return user


def find_by_login(context: Context, login: str) -> User | None:
    """The person with this nickname or email. A nickname has no `@`, so it is never both."""
    key = comparison_key(login)
    column = User.email_key if "@" in key else User.nickname_key
    return context.db.session().scalars(select(User).where(column == key)).one_or_none()


def has_people(context: Context) -> bool:
    """Whether anybody has an account; bots are not counted."""
    return bool(context.db.session().scalar(select(exists().where(User.role != "bot"))))


def get_avatar(context: Context, user_id: int) -> tuple[bytes, str]:
    """The picture and its digest; raises NotFound."""
    row = (
        context.db.session()
        .execute(
            select(Avatar.content, User.avatar_digest)
            .join(User, User.id == Avatar.user_id)
            .where(Avatar.user_id == user_id)
        )
        .one_or_none()
    )
    if row is None:
        raise errors.no_picture()
    return row.content, row.avatar_digest


def _is_called_like(text: str) -> ColumnElement[bool]:
    return User.search_key.contains(search_key(text), autoescape=True)
