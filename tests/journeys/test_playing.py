"""Sounds and films: played in their place, from wherever one likes."""

import base64
import io
import math
import struct
import wave
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Response, expect

from tests.journeys.accessibility import check_access
from tests.journeys.conftest import OpenWindow
from tests.journeys.conversations import meet, send_files
from tests.journeys.windows import SCREENS, choose_files
from tests.support.cast import Person

RATE = 22_050
HAVE_METADATA = "media => media.readyState >= HTMLMediaElement.HAVE_METADATA"
SEEK = """(media, to) => new Promise((done) => {
  media.addEventListener("seeked", () => done(media.currentTime), { once: true });
  media.currentTime = to;
})"""
# A second of a canvas that changes colour, as the browser itself films it.
FILM = """() => new Promise((done) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 90 });
  const pen = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: "video/webm" });
  let hue = 0;
  const paint = () => { pen.fillStyle = `hsl(${hue += 20} 60% 50%)`; pen.fillRect(0, 0, 160, 90); };
  const painting = setInterval(paint, 50);
  recorder.ondataavailable = async ({ data }) => {
    clearInterval(painting);
    const bytes = new Uint8Array(await data.arrayBuffer());
    done(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
  };
  paint();
  recorder.start();
  setTimeout(() => recorder.stop(), 1000);
})"""


def sound(name: str = "hum.wav", seconds: int = 2) -> FilePayload:
    """A tone, as a file for Playwright."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        tone = [int(8000 * math.sin(2 * math.pi * 220 * n / RATE)) for n in range(RATE)]
        file.writeframes(struct.pack(f"<{RATE}h", *tone) * seconds)
    return {"name": name, "mimeType": "audio/wav", "buffer": target.getvalue()}


def is_loaded(media: Locator) -> None:
    expect(media).to_be_visible()
    expect(media).to_have_js_property("error", None)
    media.page.wait_for_function(HAVE_METADATA, arg=media.element_handle())


@pytest.mark.slow
def test_a_recording_is_sent_and_played_from_any_position(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    hers, his = open_window(alice), open_window(bob)
    hers.open(conversation_id)
    his.open(conversation_id)
    answers: list[Response] = []
    his.page.on("response", lambda answer: answers.append(answer))
    choose_files(hers.page, sound(seconds=120))
    hers.say("Listen")
    player = his.messages("Listen").get_by_label("hum.wav")
    is_loaded(player)
    expect(player).to_have_attribute("controls", "")
    assert player.evaluate("media => media.duration") == pytest.approx(120)
    assert player.evaluate(SEEK, 100) == pytest.approx(100)
    ranges = [answer.headers["content-range"] for answer in answers if answer.status == 206]
    starts = [int(found.removeprefix("bytes ").split("-")[0]) for found in ranges]
    assert max(starts) > 2 * RATE * 60  # the middle was not fetched to get there
    player.evaluate("media => { media.muted = true; return media.play(); }")
    his.page.wait_for_function("media => media.currentTime > 100.2", arg=player.element_handle())
    his.page.reload()
    is_loaded(his.messages("Listen").get_by_label("hum.wav"))


@pytest.mark.slow
def test_a_video_shows_its_first_frame_and_plays(
    open_window: OpenWindow, alice: Person, bob: Person
) -> None:
    conversation_id = meet(alice, bob)
    window = open_window(bob)
    window.open(conversation_id)
    film = base64.b64decode(window.page.evaluate(FILM))
    send_files(
        alice, conversation_id, {"name": "sky.webm", "mimeType": "video/webm", "buffer": film}
    )
    player = window.page.get_by_label("sky.webm")
    is_loaded(player)
    expect(player).to_have_js_property("videoWidth", 160)
    player.evaluate("media => { media.muted = true; return media.play(); }")
    window.page.wait_for_function("media => media.currentTime > 0.2", arg=player.element_handle())


@pytest.mark.slow
@pytest.mark.parametrize("screen", SCREENS)
def test_media_players_are_accessible(
    open_window: OpenWindow, alice: Person, bob: Person, screen: dict[str, Any]
) -> None:
    conversation_id = meet(alice, bob)
    send_files(alice, conversation_id, sound())
    window = open_window(bob, **screen)
    check_access(window, f"/app/c/{conversation_id}")
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
