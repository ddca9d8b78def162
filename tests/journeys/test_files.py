"""Files: dropped, pasted, chosen; on their way, on the page, at full size, and never run."""

import re

import pytest
from playwright.sync_api import FilePayload, Route, expect

from tests.journeys.accessibility import check_access
from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet, send_files
from tests.journeys.dropping import drag, drop, paste, picture, text_file
from tests.journeys.windows import SCREENS, SHIFTS, Window, choose_files
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

SCRIPTED = b"""<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">
<script>
document.documentElement.setAttribute("data-run", "yes"); top.document.title = "run"
</script>
<rect width="40" height="40"/></svg>"""


def test_a_dropped_picture_gets_alt_text_is_sent_and_appears_live(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    hers, his = open_window(alice), open_window(bob)
    hers.open(conversation_id)
    his.open(conversation_id)
    log = hers.page.get_by_role("log")
    drag(log, picture())
    expect(hers.page.get_by_text("Drop files to send them to Bob")).to_be_visible()
    drop(log, picture())
    expect(hers.page.get_by_text("Drop files to send them to Bob")).to_be_hidden()
    hers.page.get_by_label("Describe the picture garden.png").fill("Our garden in June")
    hers.page.get_by_role("button", name="Send").click()
    for window in (hers, his):
        shown = window.page.get_by_role("img", name="Our garden in June")
        expect(shown).to_be_visible()
        expect(shown).to_have_attribute("width", "400")
        expect(shown).to_have_js_property("complete", True)
        assert shown.evaluate("image => image.naturalWidth") > 0
    expect(hers.page.get_by_label("Files to send")).to_be_hidden()
    his.page.reload()
    shown = his.page.get_by_role("img", name="Our garden in June")
    expect(shown).to_have_js_property("complete", True)
    assert his.page.evaluate(SHIFTS) < 0.02


@pytest.mark.slow
def test_dropped_and_pasted_files_join_the_chosen_ones(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    window.open(meet(alice, bob))
    choose_files(window.page, picture("one.png"), text_file())
    tray = window.page.get_by_label("Files to send").get_by_role("listitem")
    expect(tray).to_have_count(2)
    drop(window.page.get_by_role("log"), picture("two.png"))
    paste(window.page.locator("main form.box textarea"), picture("three.png"))
    expect(tray).to_have_count(4)
    window.page.get_by_role("button", name="Remove two.png").click()
    window.say("Three of them")
    message = window.messages("Three of them")
    expect(message.locator(".picture")).to_have_count(2)
    expect(message.get_by_role("link", name="notes.txt")).to_have_attribute("download", "notes.txt")
    expect(message).to_contain_text("TXT · 10 bytes")


def test_a_message_is_sent_once_its_upload_has_finished(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    window.open(meet(alice, bob))
    held: list[Route] = []
    window.page.route("**/api/attachments", lambda route: held.append(route))
    choose_files(window.page, text_file())
    expect(window.page.get_by_role("progressbar", name="Uploading notes.txt")).to_be_visible()
    window.say("With the notes")
    expect(window.page.get_by_role("button", name="Waiting…")).to_be_visible()
    assert window.texts() == ["Hello Bob"]
    wait_until(lambda: window.page.evaluate("1") and held, what="the upload begins")
    held.pop().continue_()
    expect(window.messages("With the notes").get_by_role("link", name="notes.txt")).to_be_visible()
    expect(window.page.get_by_role("button", name="Send")).to_be_visible()


@pytest.mark.slow
def test_an_upload_can_be_cancelled_while_it_runs(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    window.open(meet(alice, bob))
    held: list[Route] = []
    window.page.route("**/api/attachments", lambda route: held.append(route))
    choose_files(window.page, text_file("secret.txt"))
    with window.page.expect_event("requestfailed"):
        wait_until(lambda: window.page.evaluate("1") and held, what="the upload begins")
        window.page.get_by_role("button", name="Remove secret.txt").click()
    window.page.unroute("**/api/attachments")
    window.say("Only words")
    expect(window.messages("Only words")).to_be_visible()
    expect(window.page.get_by_text("secret.txt")).to_have_count(0)


@pytest.mark.slow
def test_a_failed_upload_shows_the_reason_and_can_be_retried(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    window.open(meet(alice, bob))
    window.page.route("**/api/attachments", lambda route: route.abort())
    choose_files(window.page, text_file())
    parcel = window.page.get_by_label("Files to send").get_by_role("listitem")
    expect(parcel).to_contain_text("could not be reached")
    window.say("Not yet")
    assert window.texts() == ["Hello Bob"]
    window.page.unroute("**/api/attachments")
    parcel.get_by_role("button", name="Try again").click()
    expect(parcel).to_contain_text("TXT · 10 bytes")
    window.page.get_by_role("button", name="Send").click()
    expect(window.messages("Not yet").get_by_role("link", name="notes.txt")).to_be_visible()


@pytest.mark.slow
def test_an_empty_file_shows_the_servers_error(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    window.open(meet(alice, bob))
    choose_files(window.page, text_file(content=""))
    parcel = window.page.locator(".parcel.failed")
    expect(parcel).to_be_visible()
    assert "TXT" not in parcel.locator(".file-about").inner_text()
    window.complaints.clear()  # the browser reports the 422, too


@pytest.mark.slow
def test_an_offline_message_with_files_is_sent_once(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice)
    conversation_id = meet(alice, bob)
    window.open(conversation_id)
    choose_files(window.page, picture())
    window.page.get_by_label("Describe the picture garden.png").fill("Written offline")
    window.context.set_offline(True)
    with window.page.expect_event("requestfailed", lambda asked: asked.method == "HEAD"):
        window.say("From the tunnel")  # its picture cannot be loaded, but is not gone
    expect(window.messages("From the tunnel").locator(".picture")).to_have_count(1)
    expect(window.messages("From the tunnel")).to_contain_text("Waiting for the network")
    window.context.set_offline(False)
    expect(window.page.locator(".message.waiting")).to_have_count(0)
    shown = window.messages("From the tunnel").locator(".picture img")
    expect(shown).not_to_have_js_property("naturalWidth", 0)
    stored = bob.api.get(f"/api/conversations/{conversation_id}/messages").json()
    assert [m["content"] for m in stored] == ["Hello Bob", "From the tunnel"]
    assert stored[1]["attachments"][0]["alt"] == "Written offline"


@pytest.mark.slow
def test_the_viewer_works_by_keyboard_and_restores_the_focus(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    send_files(alice, conversation_id, picture("one.png"), picture("two.png", (300, 700)))
    window = open_window(bob)
    window.open(conversation_id)
    first = window.page.get_by_role("link", name="It shows one.png")
    first.focus()
    window.page.keyboard.press("Enter")
    viewer = window.page.get_by_role("dialog", name="Picture")
    large = viewer.get_by_role("img", name="It shows one.png")
    expect(large).to_be_visible()
    expect(large).to_have_js_property("naturalWidth", 800)
    expect(large).to_have_attribute("src", re.compile(r"/medium$"))
    original = viewer.get_by_role("link", name="Open the original")
    expect(original).to_have_attribute("href", re.compile(r"/api/attachments/\d+$"))
    expect(viewer).to_contain_text("1 of 2")
    expect(viewer.get_by_role("button", name="Previous picture")).to_have_count(0)
    window.page.keyboard.press("ArrowRight")
    expect(viewer.get_by_role("img", name="It shows two.png")).to_be_visible()
    expect(viewer.get_by_role("button", name="Next picture")).to_have_count(0)
    with window.page.expect_download() as download:
        viewer.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "two.png"
    window.page.keyboard.press("ArrowLeft")
    window.page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(first).to_be_focused()


@pytest.mark.slow
def test_a_missing_picture_shows_a_placeholder(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    sent = send_files(alice, conversation_id, picture())
    window = open_window(bob)
    window.page.route("**/api/attachments/**", lambda route: route.fulfill(status=404, body="gone"))
    window.open(conversation_id)
    expect(window.page.locator(".file.broken")).to_contain_text("No longer here")
    window.complaints.clear()
    window.page.unroute("**/api/attachments/**")
    alice.api.delete(f"/api/messages/{sent['id']}")
    expect(window.messages("This message was deleted.")).to_be_visible()
    expect(window.page.locator(".files > *")).to_have_count(0)


@pytest.mark.slow
def test_a_plain_form_sends_files_without_scripts(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    window = open_window(alice, java_script_enabled=False)
    window.page.goto(f"/app/c/{meet(alice, bob)}")
    chooser = window.page.get_by_label("Files", exact=True)
    assert "image/*" in (chooser.get_attribute("accept") or "")
    content = bytes(range(256)) * 8192
    large: FilePayload = {"name": "large.bin", "mimeType": "x/y", "buffer": content}
    chooser.set_input_files([picture("my “garden”.png"), large])
    window.page.get_by_label("Description of the pictures").fill("A plain garden")
    window.page.get_by_role("button", name="Send").click()
    expect(window.page.get_by_role("img", name="A plain garden")).to_be_visible()
    link = window.page.get_by_role("link", name="large.bin")
    expect(link).to_contain_text("2.1 MB")
    address = link.get_attribute("href")
    assert alice.api.get(address or "").content == content


@pytest.mark.slow
def test_a_script_in_a_picture_never_runs(
    open_window: OpenWindow, alice: Person, bob: Person, stack: Stack
) -> None:
    conversation_id = meet(alice, bob)
    attack: FilePayload = {"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": SCRIPTED}
    sent = send_files(alice, conversation_id, attack)
    window = open_window(bob, bypass_csp=True)  # which would stop the script as well
    window.open(conversation_id)
    link = window.page.get_by_role("link", name="logo.svg")
    expect(link).to_have_attribute("download", "logo.svg")
    assert window.page.locator("img[src*=attachments]").count() == 0
    url = stack.url + sent["attachments"][0]["url"]
    # The file in a frame and opened by itself, as the browser shows it.
    window.page.evaluate(
        """url => new Promise((done) => {
          const frame = document.createElement("iframe");
          frame.onload = done;
          frame.src = url;
          document.body.append(frame);
          setTimeout(done, 1000);
        })""",
        url,
    )
    assert "run" not in window.page.title()
    assert window.page.locator("[data-run]").count() == 0
    answer = bob.api.get(sent["attachments"][0]["url"])
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.slow
@pytest.mark.parametrize("screen", SCREENS)
def test_files_are_accessible(
    open_window: OpenWindow, alice: Person, bob: Person, screen: dict[str, object]
) -> None:
    conversation_id = meet(alice, bob)
    send_files(alice, conversation_id, picture("one.png"), picture("two.png"), text_file())
    window = open_window(bob, **screen)
    check_access(window, f"/app/c/{conversation_id}")
    check_tray(window)
    window.page.get_by_role("link", name="It shows one.png").click()
    expect(window.page.get_by_role("dialog", name="Picture")).to_be_visible()
    check_access(window)


def check_tray(window: Window) -> None:
    choose_files(window.page, picture(), text_file())
    expect(window.page.get_by_label("Describe the picture garden.png")).to_be_visible()
    check_access(window)
