"""Cards of people, statuses, do not disturb, blocks, and one's own profile."""

import io

from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet
from tests.journeys.windows import PHONE, open_card
from tests.support.cast import Person

FOLDED = "Message of a blocked person. Show"


def open_room(alice: Person, bob: Person) -> int:
    body = {"kind": "room", "name": f"people of {alice.nickname}", "visibility": "public"}
    room_id = int(alice.api.post("/api/conversations", json=body).json()["id"])
    assert alice.api.put(f"/api/conversations/{room_id}/members/{bob.id}").status_code == 201
    return room_id


def test_a_status_is_set_in_the_sidebar_and_seen_by_others_at_once(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    meet(alice, bob)
    room_id = open_room(alice, bob)
    bob.api.patch("/api/users/me", json={"title": "Gardener", "time_zone": "Asia/Tokyo"})
    bob.send("Rain at last", conversation_id=room_id)
    hers, his = open_window(alice), open_window(bob)
    hers.open(room_id)
    his.open(room_id)

    his.page.locator("[data-action=set-status]").click()
    dialog = his.page.get_by_role("dialog", name="Your status")
    dialog.get_by_role("button", name="In a meeting").click()
    dialog.get_by_role("button", name="Choose an emoji").click()
    his.page.get_by_label("Search emoji").fill("violin")
    his.page.keyboard.press("Enter")
    expect(dialog.get_by_label("Emoji", exact=True)).to_have_value("🎻")
    dialog.get_by_label("Do not disturb").select_option(label="For 1 hour")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(his.page.locator("[data-my-status]")).to_have_text("🎻 In a meeting")

    sidebar, message = hers.page.locator(".lists"), hers.messages("Rain at last")
    expect(message.locator(".status-emoji")).to_have_text("🎻")
    expect(sidebar.locator(f"[data-user='{bob.id}'][data-presence=dnd]")).to_be_visible()
    open_card(hers, "Bob")
    card = hers.page.locator(".profile-card")
    for words in ("Gardener", "In a meeting", "there", f"@{bob.nickname}", "Do not disturb"):
        expect(card).to_contain_text(words)
    card.get_by_role("button", name="Mention").click()
    expect(hers.page.locator("#composer textarea")).to_have_value(f"@{bob.nickname} ")

    his.page.locator("[data-action=set-status]").click()
    dialog.get_by_label("Do not disturb").select_option(label="Off")
    dialog.get_by_role("button", name="Clear status").click()
    expect(message.locator(".status-emoji")).to_be_empty()
    expect(sidebar.locator(f"[data-user='{bob.id}'][data-presence=online]")).to_be_visible()


def test_a_blocked_person_is_folded_and_cannot_write_until_unblocked(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    direct_id, room_id = meet(alice, bob), open_room(alice, bob)
    bob.send("I know better", conversation_id=room_id)
    hers, his = open_window(alice, **PHONE), open_window(bob)
    hers.page.goto(f"/app/c/{room_id}")
    his.open(direct_id)

    open_card(hers, "Bob")
    hers.page.locator(".profile-card").get_by_role("button", name="Block").click()
    hers.page.get_by_role("dialog", name="Block").get_by_role("button", name="Block").click()
    expect(hers.page.locator(".profile-card")).to_have_count(0)
    old = hers.messages(FOLDED)
    expect(old.locator(".body")).to_be_hidden()
    bob.send("Much better", conversation_id=room_id)
    expect(old).to_have_count(2)
    hers.page.reload()
    expect(old).to_have_count(2)
    old.last.locator(".veil span").click()
    expect(hers.page.get_by_text("Much better")).to_be_visible()

    his.say("Why?")
    expect(his.messages("Why?")).to_contain_text("does not receive messages from you")
    his.complaints.clear()  # the browser reports the 403, too

    hers.page.goto(f"/app/c/{direct_id}")
    expect(hers.page.get_by_text("who cannot answer here")).to_be_visible()
    hers.page.goto("/settings")
    hers.page.get_by_role("button", name="Unblock").click()
    expect(hers.page.get_by_text("You have blocked nobody.")).to_be_visible()
    his.messages("Why?").get_by_role("button", name="Try again").click()
    expect(his.messages("Why?").locator(".state")).to_be_hidden()
    hers.page.goto(f"/app/c/{room_id}")
    expect(hers.page.get_by_text("I know better")).to_be_visible()


def test_a_profile_is_written_with_picture_and_theme(
    open_window: OpenWindow, alice: Person
) -> None:
    picture = io.BytesIO()
    image = Image.new("RGB", (600, 300), "red")
    image.paste("blue", (300, 0, 600, 300))
    image.save(picture, "PNG")
    window = open_window(alice)
    page = window.page
    page.goto("/settings")
    page.get_by_label("Title").fill("Founder")
    page.get_by_label("Time zone").select_option("Europe/Zurich")
    page.get_by_role("button", name="Save profile").click()
    expect(page.get_by_text("Profile saved.")).to_be_visible()

    file: FilePayload = {"name": "me.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    page.get_by_label("Choose a picture").set_input_files(file)
    dialog = page.get_by_role("dialog", name="Choose a square")
    expect(dialog.locator("canvas")).to_be_focused()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    dialog.get_by_role("button", name="Save picture").click()
    expect(page.get_by_text("Picture saved.")).to_be_visible()
    stored = alice.api.get(alice.api.get("/api/users/me").json()["avatar_url"]).content
    right = Image.open(io.BytesIO(stored)).convert("RGB").getpixel((250, 128))
    assert isinstance(right, tuple)
    assert right[2] > 200, "the right half was chosen"
    assert right[0] < 50

    page.get_by_label("Theme").select_option(label="Dark")
    page.locator("#appearance").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Appearance saved.")).to_be_visible()
    page.goto("/app")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 29)"
    expect(page.locator(".who .avatar img")).to_be_visible()

    page.goto(f"/people/{alice.id}")
    expect(page.locator(".profile")).to_contain_text("(Europe/Zurich)")

    page.goto("/people")
    page.get_by_label("Name or nickname").fill(alice.nickname)
    page.keyboard.press("Enter")
    expect(page.locator("main .people li")).to_have_count(1)
    expect(page.locator("main .people li")).to_contain_text(f"@{alice.nickname} · Founder")
    page.goto("/settings")
    page.get_by_label("Language").select_option("de")
    page.locator("#appearance").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Einstellungen")
