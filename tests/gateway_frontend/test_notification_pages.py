"""The settings of notifications, and the link that ends e-mails, without scripts."""

from messages_service.digests.writing import Unsubscribing
from tests.gateway_frontend.visitors import Visitor
from tests.support.cast import Person
from tests.support.stack import Stack


def test_notifications_are_set_without_scripts(visitor: Visitor, bob: Person) -> None:
    visitor.log_in(bob)
    hours = {"has_dnd_hours": "on", "dnd_start": "21:30", "dnd_end": "06:00"}
    answer = visitor.submit("/settings/notifications", "/settings", sound="on", push="on", **hours)

    assert answer.headers["Location"] == "/settings?done=notifications#notifications"
    settings = bob.api.get("/api/notifications").json()
    zone = settings["dnd_hours"].pop("time_zone")
    assert zone
    assert settings == {
        "sound": True,
        "push": True,
        "preview": False,
        "email_digest": False,
        "dnd_hours": {"start": "21:30", "end": "06:00"},
    }
    page = visitor.get("/settings?done=notifications").text
    assert 'value="21:30"' in page
    assert "Notifications saved." in page


def test_the_link_of_an_email_asks_a_person_and_obeys_a_mail_program(
    visitor: Visitor, stack: Stack, bob: Person
) -> None:
    link = f"/unsubscribe/{Unsubscribing([stack.service_secret.strip()]).token(bob.id)}"
    assert "End e-mails" in visitor.get(link).text
    assert bob.api.get("/api/notifications").json()["email_digest"] is True

    answer = visitor.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "No more e-mails" in answer.text
    assert bob.api.get("/api/notifications").json()["email_digest"] is False
    assert visitor.post(f"{link}x").status_code == 404
