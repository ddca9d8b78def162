"""Without a network Parley opens with what was last seen, and says so; nobody else sees it."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.journeys.windows import Window
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

WITH_WORKER: dict[str, Any] = {"service_workers": "allow", "bypass_csp": True}
KEPT = """async () => {
  const cache = await caches.open("parley-pages");
  return (await cache.keys()).map(({ url }) => new URL(url).pathname);
}"""


def test_the_last_seen_page_opens_offline_for_the_same_person_only(
    open_window: OpenWindow, stack: Stack, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    path = f"/app/c/{conversation_id}"
    his = open_window(bob, **WITH_WORKER)
    his.open(conversation_id)
    page = his.page
    wait_for_kept(page, [path])
    assert installability_errors(his) == []

    his.context.set_offline(True)
    page.goto("/app/threads")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are offline")
    page.get_by_role("link", name="What was last seen").click()
    page.wait_for_url(f"**{path}")
    status = page.locator(".net")
    expect(status).to_contain_text("You are offline. This is what was last seen at")
    expect(his.messages("Hello Bob")).to_be_visible()
    his.say("Written offline")
    expect(his.messages("Written offline")).to_contain_text("Waiting for the network")
    alice.send("You were away", conversation_id=conversation_id)
    page.reload()
    expect(his.messages("Written offline")).to_contain_text("Waiting for the network")
    his.context.set_offline(False)
    his.wait_until_live()
    expect(his.messages("You were away")).to_be_visible()
    expect(page.locator(".message.waiting")).to_have_count(0)
    expect(status).to_be_empty()
    sent = alice.api.get(f"/api/conversations/{conversation_id}/messages").json()
    assert [message["content"] for message in sent].count("Written offline") == 1

    # Somebody else uses this browser, without a logout in between.
    carol = stack.sign_up("carol")
    his.log_in(carol)
    his.open_home()
    wait_for_kept(page, ["/app"])
    page.goto("/settings")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login*")
    assert page.evaluate(KEPT) == []
    his.context.set_offline(True)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("You are offline")


def wait_for_kept(page: Page, paths: list[str]) -> None:
    wait_until(lambda: page.evaluate(KEPT) == paths, 15, what=f"{paths} are kept")


def installability_errors(window: Window) -> Any:
    session = window.context.new_cdp_session(window.page)
    manifest = session.send("Page.getAppManifest")
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    session.detach()
    return manifest["errors"] + errors
