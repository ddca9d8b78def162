"""Drafts and scheduled messages by plain forms, without scripts."""

from datetime import UTC, datetime, timedelta

from tests.gateway_frontend.visitors import Visitor
from tests.support.cast import Person

HOUR = timedelta(hours=1)


def test_a_draft_is_in_the_form_and_gone_once_it_is_sent(
    visitor: Visitor, alice: Person, bob: Person
) -> None:
    first = alice.send("Hello Bob", to=bob)
    conversation_id = first["conversation_id"]
    path, page = f"/api/conversations/{conversation_id}/draft", f"/app/c/{conversation_id}"
    alice.api.put(path, json={"content": "Half a <thought>"})
    alice.api.put(path, json={"content": "a reply", "reply_to": first["id"]})
    visitor.log_in(alice)

    assert "Half a &lt;thought&gt;</textarea>" in visitor.get(page).text
    listed = visitor.get("/app/drafts").text
    assert "Half a &lt;thought&gt;" in listed
    assert f'href="{page}/thread/{first["id"]}"' in listed
    sent = visitor.submit(f"{page}/messages", "/app", content="Half a thought, and more")
    assert sent.status_code == 303
    delete = f"/app/drafts/{conversation_id}/delete"
    assert visitor.submit(delete, "/app", reply_to=str(first["id"])).status_code == 303
    assert "No drafts, and nothing scheduled" in visitor.get("/app/drafts").text


def test_a_scheduled_message_is_changed_sent_and_deleted_by_forms(
    visitor: Visitor, alice: Person, bob: Person
) -> None:
    conversation_id = alice.send("Hello Bob", to=bob)["conversation_id"]
    body = {"content": "Later", "send_at": (datetime.now(UTC) + HOUR).isoformat()}
    ids = [
        alice.api.post("/api/scheduled", json=body | place).json()["id"]
        for place in ({"conversation_id": conversation_id}, {"recipient_id": bob.id})
    ]
    visitor.log_in(alice)
    assert "1 message is scheduled here." in visitor.get(f"/app/c/{conversation_id}").text

    form = f"/app/drafts/scheduled/{ids[0]}"
    refused = visitor.submit(form, "/app", content="Much later", send_at="2020-01-01T09:00")
    assert refused.status_code == 422
    assert "Must be a time to come, within a year." in refused.text
    assert "Much later</textarea>" in refused.text
    tomorrow = (datetime.now(UTC) + 24 * HOUR).strftime("%Y-%m-%dT09:00")
    assert visitor.submit(form, "/app", content="At nine", send_at=tomorrow).status_code == 303
    assert "tomorrow, 09:00" in visitor.get("/app/drafts").text
    assert (
        visitor.submit(f"{form}/send", "/app")
        .headers["Location"]
        .endswith(f"/app/c/{conversation_id}")
    )
    assert visitor.submit(f"/app/drafts/scheduled/{ids[1]}/delete", "/app").status_code == 303
    assert alice.api.get("/api/scheduled").json() == []
    messages = bob.api.get(f"/api/conversations/{conversation_id}/messages").json()
    assert [message["content"] for message in messages] == ["Hello Bob", "At nine"]
