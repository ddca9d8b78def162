"""A table of rights in messages_service, the bodies of its requests, and routes outside of it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from servicekit.times import utcnow
from tests.contracts.matrix import read_table

SECRET = "the treasure is under the oak"
Ids = dict[str, Any]

# Of a private room, a group, a direct conversation. From top to bottom in each column, so that what
# ends something comes last. `.mod` is a moderator; alice is the owner, and wrote everything there.
TABLE = """
                                                         none out was adm r.in r.mod g.in g.mod d.in
GET    /api/conversations/{conversation}                  401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/opened           401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/members          401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/members/{owner}  401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/messages         401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/events           401 404 404 404  200   200  200   200  200
PUT    /api/conversations/{conversation}/read +seq        401 404 404 404  200   200  200   200  200
PUT    /api/conversations/{conversation}/draft +written   401 404 404 404  200   200  200   200  200
GET    /api/drafts?conversation_id={conversation}         401 200 200 200  200   200  200   200  200
DELETE /api/conversations/{conversation}/draft            401 404 404 404  204   204  204   204  204
GET    /api/conversations/{conversation}/me               401 404 404 404  200   200  200   200  200
PATCH  /api/conversations/{conversation}/me +starred      401 404 404 404  200   200  200   200  200
POST   /api/read-all                                      401 200 200 200  200   200  200   200  200
POST   /api/scheduled +later                              401 404 404 404  201   201  201   201  201
GET    /api/scheduled?conversation_id={conversation}      401 200 200 200  200   200  200   200  200
GET    /api/scheduled/{scheduled}                         401 404 404 404  404   404  404   404  404
PATCH  /api/scheduled/{scheduled} +content                401 404 404 404  404   404  404   404  404
POST   /api/scheduled/{scheduled}/send                    401 404 404 404  404   404  404   404  404
DELETE /api/scheduled/{scheduled}                         401 204 204 204  204   204  204   204  204
POST   /api/sync +cursors                                 401 200 200 200  200   200  200   200  200
GET    /api/messages/{message}                            401 404 404 404  200   200  200   200  200
GET    /api/messages/{message}/history                    401 404 404 404  200   200  200   200  200
GET    /api/messages/{message}/replies                    401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/export           401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/pins             401 404 404 404  200   200  200   200  200
GET    /api/search?q=x&conversation_id={conversation}     401 404 404 404  200   200  200   200  200
POST   /api/messages/{message}/report +reason            401 404 404 404  201   201  201   201  201
GET    /api/messages/{message}/thread                     401 404 404 404  200   200  200   200  200
PUT    /api/messages/{message}/thread/read +seq           401 404 404 404  200   200  200   200  200
PUT    /api/messages/{message}/thread/follow              401 404 404 404  200   200  200   200  200
DELETE /api/messages/{message}/thread/follow              401 404 404 404  204   204  204   204  204
GET    /api/attachments/{file}                            401 404 404 404  200   200  200   200  200
GET    /api/attachments/{file}/thumbnail                  401 404 404 404  200   200  200   200  200
GET    /api/attachments/{file}/medium                     401 404 404 404  200   200  200   200  200
GET    /api/attachments/{file}/details                    401 404 404 404  200   200  200   200  200
GET    /api/polls?conversation_id={conversation}          401 200 200 200  200   200  200   200  200
GET    /api/polls/{poll}                                  401 404 404 404  200   200  200   200  200

GET    /api/attachments/{unsent}                          401 404 404 404  404   404  404   404  404
GET    /api/attachments/{unsent}/thumbnail                401 404 404 404  404   404  404   404  404
GET    /api/attachments/{unsent}/medium                   401 404 404 404  404   404  404   404  404
GET    /api/attachments/{unsent}/details                  401 404 404 404  404   404  404   404  404
PATCH  /api/attachments/{unsent} +alt                     401 404 404 404  404   404  404   404  404
DELETE /api/attachments/{unsent}                          401 404 404 404  404   404  404   404  404
PATCH  /api/attachments/{file} +alt                       401 404 404 404  409   409  409   409  409
DELETE /api/attachments/{file}                            401 404 404 404  409   409  409   409  409
GET    /api/users/{owner}/messages                        401 403 403 403  403   403  403   403  403
GET    /api/messages/with/{owner}                         401 403 403 403  403   403  403   403  403

POST   /api/messages +text                                401 404 404 404  201   201  201   201  201
POST   /api/messages +text-with-anothers-file             401 404 404 404  422   422  422   422  422
POST   /api/messages +text-as-the-owner                   401 403 403 403  403   403  403   403  403
POST   /api/messages +reply-elsewhere                     401 422 422 422  422   422  422   422  422
POST   /api/messages +forward-elsewhere                   401 422 422 422  201   201  201   201  201
POST   /api/messages +file-elsewhere                      401 422 422 422  422   422  422   422  422
POST   /api/messages +unsent-file-elsewhere               401 422 422 422  422   422  422   422  422
PATCH  /api/messages/{message} +content                   401 404 404 404  403   403  403   403  403
PUT    /api/messages/{message}/reactions/{emoji}          401 404 404 404  200   200  200   200  200
DELETE /api/messages/{message}/reactions/{emoji}          401 404 404 404  204   204  204   204  204
PUT    /api/messages/{message}/pin                        401 404 404 404  200   200  200   200  200
DELETE /api/messages/{message}/pin                        401 404 404 404  204   204  204   204  204
DELETE /api/messages/{message}/previews/{preview}         401 404 404 404  403   204  403   204  403
GET    /api/previews/{preview}/picture                    401 404 404 404  404   404  404   404  404
PUT    /api/messages/{message}/saved                      401 404 404 404  200   200  200   200  200
DELETE /api/messages/{message}/saved                      401 404 404 404  204   204  204   204  204
POST   /api/webhooks/incoming +webhook                    401 404 404 404  403   201  403   201  403
POST   /api/webhooks/outgoing +outgoing-webhook           401 404 404 404  403   201  403   201  403
GET    /api/webhooks/incoming?conversation_id={conversation} 401 200 200 200 200 200  200   200  200
GET    /api/webhooks/outgoing?conversation_id={conversation} 401 200 200 200 200 200  200   200  200
POST   /api/conversations/{conversation}/commands +typed  401 404 404 404  404   404  404   404  404

POST   /api/polls +question                               401 404 404 404  201   201  201   201  201
POST   /api/polls/{poll}/votes +vote                      401 404 404 404  200   200  200   200  200
POST   /api/polls/{poll}/votes +vote-as-the-owner         401 403 403 403  403   403  403   403  403

PATCH  /api/conversations/{conversation} +topic           401 404 404 404  200   200  200   200  409
PATCH  /api/conversations/{conversation} +name            401 404 404 404  403   200  200   200  409
PATCH  /api/conversations/{conversation} +public          401 404 404 404  403   403  403   403  409
PATCH  /api/conversations/{conversation} +archived        401 404 404 404  403   403  403   403  409
PUT    /api/conversations/{conversation}/members/{me}     401 404 404 404  200   200  200   200  409
PUT    /api/conversations/{conversation}/members/{new}    401 404 404 404  201   201  201   201  409
PATCH  /api/conversations/{conversation}/members/{me} +role    401 404 404 404 403 403 403 403 409
PATCH  /api/conversations/{conversation}/members/{owner} +role 401 404 404 404 403 403 403 403 409
DELETE /api/conversations/{conversation}/members/{owner}  401 404 404 404  403   403  403   403  409
DELETE /api/conversations/{conversation}/members/{new}    401 404 404 404  403   204  403   204  409
POST   /api/polls/{poll}/close                            401 404 404 404  403   200  403   200  403
POST   /api/messages/{message}/restore                    401 404 404 404  403   200  403   200  403
DELETE /api/messages/{message}                            401 404 404 404  403   204  403   204  403
DELETE /api/conversations/{conversation}                  401 404 404 404  403   403  403   403  409
DELETE /api/conversations/{conversation}/members/{me}     401 404 404 404  204   204  204   204  409
"""

# Of these the answer holds what is the caller's own, and names nobody's conversation.
ABOUT_ONESELF = {
    "GET /api/messages",
    "GET /api/conversations",
    "GET /api/saved",
    "GET /api/threads",
    "GET /api/drafts",
    "GET /api/mentions",
    "POST /api/conversations",
    "POST /api/attachments",
    "GET /api/blocks",
    "PUT /api/blocks/{}",
    "DELETE /api/blocks/{}",
    "GET /api/notifications",
    "PATCH /api/notifications",
    "POST /api/notifications/unsubscribe",
    "GET /api/push/key",
    "GET /api/push/subscriptions",
    "POST /api/push/subscriptions",
    "GET /api/push/subscriptions/{}",
    "DELETE /api/push/subscriptions/{}",
    "GET /api/export",
    "GET /api/admin/export",
    "POST /api/admin/import",
    "GET /api/admin/imports",
    "GET /api/admin/imports/{}",
    "GET /api/retention",
    "PATCH /api/retention",
    "GET /api/version",
}
# Their rights: tests/messages_service/integrations.
INTEGRATIONS = {
    "GET /api/webhooks/incoming/{}",
    "PATCH /api/webhooks/incoming/{}",
    "DELETE /api/webhooks/incoming/{}",
    "GET /api/webhooks/outgoing/{}",
    "PATCH /api/webhooks/outgoing/{}",
    "DELETE /api/webhooks/outgoing/{}",
    "GET /api/webhooks/outgoing/{}/deliveries",
    "POST /api/commands",
    "GET /api/commands",
    "GET /api/commands/{}",
    "DELETE /api/commands/{}",
}
# An administrator need not be a member for these; they show no messages, except reported ones.
FOR_ADMINS = {
    "GET /api/reports",
    "GET /api/reports/count",
    "GET /api/reports/{}",
    "POST /api/reports/{}/close",
    "DELETE /api/reports/{}/message",
    "GET /api/rooms",
    "GET /api/rooms/{}",
    "PATCH /api/rooms/{}",
    "PUT /api/rooms/{}/owner",
    "GET /api/usage",
}
WITHOUT_LOGIN = {"GET /api/version", "POST /api/notifications/unsubscribe"}

BODIES: dict[str, Callable[[Ids], Any]] = {
    "+seq": lambda ids: {"seq": 1},
    "+starred": lambda ids: {"starred": True},
    "+cursors": lambda ids: {"cursors": {str(ids["conversation"]): 0}},
    "+reason": lambda ids: {"reason": "unfriendly"},
    "+alt": lambda ids: {"alt": "an oak"},
    "+text": lambda ids: {"content": "hello", "conversation_id": ids["conversation"]},
    "+text-with-anothers-file": lambda ids: {
        "content": "mine",
        "conversation_id": ids["conversation"],
        "attachments": [ids["unsent"]],
    },
    "+text-as-the-owner": lambda ids: {
        "content": "not me",
        "conversation_id": ids["conversation"],
        "author_id": ids["owner"],
    },
    "+reply-elsewhere": lambda ids: _to_author(ids, reply_to=ids["message"]),
    "+forward-elsewhere": lambda ids: _to_author(ids, forwarded_from=ids["message"]),
    "+file-elsewhere": lambda ids: _to_author(ids, attachments=[ids["file"]]),
    "+unsent-file-elsewhere": lambda ids: _to_author(ids, attachments=[ids["unsent"]]),
    "+later": lambda ids: {
        "content": "later",
        "conversation_id": ids["conversation"],
        "send_at": (utcnow() + timedelta(hours=1)).isoformat(),
    },
    "+written": lambda ids: {"content": "half a sentence"},
    "+content": lambda ids: {"content": "changed"},
    "+webhook": lambda ids: {"conversation_id": ids["conversation"], "name": "Deploys"},
    "+outgoing-webhook": lambda ids: {
        "conversation_id": ids["conversation"],
        "name": "Deploys",
        "url": "https://example.com",
        "trigger_words": ["never said"],
    },
    "+typed": lambda ids: {"text": "/no-such-command"},
    "+question": lambda ids: {
        "conversation_id": ids["conversation"],
        "question": "Really?",
        "choices": ["Yes", "No"],
    },
    "+vote": lambda ids: {"choice_ids": [ids["choice"]]},
    "+vote-as-the-owner": lambda ids: {"choice_ids": [ids["choice"]], "author_id": ids["owner"]},
    "+topic": lambda ids: {"topic": "changed"},
    "+name": lambda ids: {"name": f"changed {uuid.uuid4()}"},
    "+public": lambda ids: {"visibility": "public"},
    "+archived": lambda ids: {"archived": True},
    "+role": lambda ids: {"role": "owner"},
}
LINES = read_table(TABLE)
OUTSIDERS = [
    (kind, who)
    for kind in ("room", "group", "direct")
    for who in ("none", "out", "was", "adm")
    # Nobody leaves a direct conversation; nobody in particular is the same everywhere.
    if (kind, who) not in (("direct", "was"), ("group", "none"), ("direct", "none"))
]
INSIDERS = [
    ("room", "r.in"), ("room", "r.mod"), ("group", "g.in"), ("group", "g.mod"), ("direct", "d.in"),
]  # fmt: skip


def _to_author(ids: Ids, **fields: Any) -> dict[str, Any]:
    return {"content": "elsewhere", "recipient_id": ids["me"], **fields}
