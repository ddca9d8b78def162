"""`/internal`: for Parley's other services."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint

from servicekit.web.answers import answer, no_content
from servicekit.web.service_calls import require_service
from users_service import payloads
from users_service.actions.bots import ensure_bot
from users_service.actions.imports import import_people
from users_service.actions.reported_acts import store_acts
from users_service.caller import Caller
from users_service.context import current_context
from users_service.feed import profile_of
from users_service.names import MAX_NICKNAME, no_email_of
from users_service.profile_fields import MAX_STATUS, MAX_TITLE
from users_service.queries import feed, invites, people, place
from users_service.relying_party import passkey_origin
from users_service.schemas.fields import MAX_EMAIL, MAX_NAME, MAX_TOKEN_NAME
from users_service.schemas.internal import FeedQuery, InternalBot, PeopleToImport, ReportedActs
from users_service.schemas.invites import InviteToCheck
from users_service.schemas.people import MAX_SEARCH, NicknamePath, UserListQuery, UserPath
from users_service.schemas.place import MAX_PLACE_NAME
from users_service.shapes.place import SignupRule

blueprint = APIBlueprint("internal", __name__, url_prefix="/internal", doc_ui=False)
blueprint.before_request(require_service)


@blueprint.get("/feed")
def read_feed(query: FeedQuery) -> Response:
    """Changes of people and sessions after a seq."""
    return answer(feed.read_feed(current_context(), query.after, query.limit))


@blueprint.get("/registration")
def get_registration() -> Response:
    """The rule for sign-up, and the ways to log in."""
    context = current_context()
    shown: SignupRule = {
        "registration": place.get_place(context)["registration"],
        "is_first": not people.has_people(context),
        "resets_by_email": context.mailer.is_on,
        "passkey_origin": passkey_origin(context.settings.public_url),
        "provider": context.openid.label,
    }
    return answer(shown)


@blueprint.get("/place")
def get_place() -> Response:
    """The settings that every page shows."""
    return answer(place.get_place(current_context()))


@blueprint.get("/limits")
def get_limits() -> Response:
    """The greatest lengths of fields, for forms."""
    return answer(
        {
            "name": MAX_NAME,
            "nickname": MAX_NICKNAME,
            "email": MAX_EMAIL,
            "token_name": MAX_TOKEN_NAME,
            "search": MAX_SEARCH,
            "title": MAX_TITLE,
            "status": MAX_STATUS,
            "place_name": MAX_PLACE_NAME,
        }
    )


@blueprint.post("/invites/check")
def check_invite(body: InviteToCheck) -> Response:
    """Whether that invite can be used."""
    return answer({"open": invites.is_open_invite(current_context(), body.token)})


@blueprint.post("/audit")
def record_acts(body: ReportedActs) -> Response:
    """Store acts of another service; one that is here already stays as it is."""
    store_acts(current_context(), body.acts)
    return no_content()


@blueprint.get("/users")
def list_users(query: UserListQuery) -> Response:
    """People as the feed has them."""
    page, _ = people.list_users(current_context(), query)
    return answer([profile_of(user) for user in page])


@blueprint.get("/users/<int:user_id>")
def get_user(path: UserPath) -> Response:
    """One person as the feed has them."""
    return answer(profile_of(people.get_user(current_context(), path.user_id)))


@blueprint.get("/users/<int:user_id>/account")
def get_account(path: UserPath) -> Response:
    """One person as they see themselves."""
    user = people.get_user(current_context(), path.user_id)
    return answer(payloads.user(user, Caller(user.id)))


@blueprint.put("/bots/<nickname>")
def put_bot(path: NicknamePath, body: InternalBot) -> Response:
    """Make a bot account, if it is not there."""
    context = current_context()
    email = no_email_of(path.nickname)
    bot_id = ensure_bot(context, path.nickname, body.name, email)
    return answer(profile_of(people.get_user(context, bot_id)))


@blueprint.post("/people/import")
def find_imported_people(body: PeopleToImport) -> Response:
    """The accounts of the people of an import, which are created if there are none."""
    found = import_people(current_context(), body.source, body.people)
    return answer([{"id": id_, "profile": profile} for id_, profile in found])
