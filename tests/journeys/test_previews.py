"""Previews of links on the page; how they are fetched is tested in messages_service."""

from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import add_preview, meet
from tests.support.cast import Person
from tests.support.stack import Stack


def test_a_preview_that_the_author_removes_leaves_every_page(
    open_window: OpenWindow, stack: Stack, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    link = "https://soup.example/leek?a=1&b=2"
    message = alice.send(link, conversation_id=conversation_id)
    add_preview(stack, message["id"], link, "<b>Leek</b> soup")
    hers, his = open_window(alice), open_window(bob)
    hers.open(conversation_id)
    his.open(conversation_id)

    preview = his.page.locator(".preview")
    expect(preview).to_contain_text("<b>Leek</b> soup")
    title = preview.get_by_role("link", name="<b>Leek</b> soup")
    expect(title).to_have_attribute("href", link)
    expect(title).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(preview.get_by_role("button", name="Remove the preview")).to_have_count(0)
    # Drawn by the script as the server draws it.
    drawn = preview.evaluate("element => element.outerHTML.replaceAll(/\\s+/g, ' ')")
    alice.api.put(f"/api/messages/{message['id']}/pin")
    expect(his.messages("Soups").get_by_text("Pinned", exact=True)).to_be_visible()
    expect(preview).to_contain_text("With cream.")
    live = preview.evaluate("element => element.outerHTML.replaceAll(/\\s+/g, ' ')")
    assert live == drawn

    hers.page.locator(".preview").hover()
    hers.page.get_by_role("button", name="Remove the preview").click()
    expect(hers.page.locator(".preview")).to_have_count(0)
    expect(preview).to_have_count(0)
