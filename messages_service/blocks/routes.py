"""`/api/blocks`: the people whom the caller has blocked."""

from flask import Response

from messages_service.blocks import actions, queries
from messages_service.blocks.schemas import BlockedList
from messages_service.blocks.shapes import BlockedPerson
from messages_service.caller import current_person
from messages_service.context import current_context
from messages_service.schemas import UserPath
from servicekit.web.answers import answer, answer_page, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Answer

blueprint = make_blueprint("blocks", __name__)


@blueprint.get("/blocks", responses={200: BlockedList})
def list_blocks(query: PageQuery) -> Response:
    """The people whom I have blocked.

    By id; `before` and `after` are ids of people.
    """
    _, user_id = current_person()
    found, has_more = queries.list_blocked(current_context(), user_id, query)
    return answer_page(found, "after", has_more=has_more)


@blueprint.put("/blocks/<int:user_id>", responses={200: Answer[BlockedPerson]})
def put_block(path: UserPath) -> Response:
    """Block a person.

    They cannot start or write in a direct conversation with me.
    """
    context, (caller, user_id) = current_context(), current_person()
    actions.block(context, caller, user_id, path.user_id)
    return answer(queries.get_blocked(context, user_id, path.user_id))


@blueprint.delete("/blocks/<int:user_id>", responses={204: None})
def delete_block(path: UserPath) -> Response:
    """Unblock a person."""
    _, user_id = current_person()
    actions.unblock(current_context(), user_id, path.user_id)
    return no_content()
