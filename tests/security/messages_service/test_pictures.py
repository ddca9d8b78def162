"""Pictures neither fill a service's memory nor reveal where they were taken."""

import io
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import requests
from PIL import Image

from tests.messages_service.attachments.files import picture, uploaded
from tests.messages_service.conftest import Person, UsersService

MAX_GROWTH_BYTES = 150_000_000
"""Of users_service for four pictures at once; decoding them itself, it grew by a gigabyte."""


@pytest.mark.slow
def test_large_avatars_do_not_grow_the_memory_of_users_service(
    users_service: UsersService, alice: Person
) -> None:
    accepted = picture((3400, 3400), mode="RGBA")
    rejected = picture((5000, 5000), mode="RGBA")
    before = _memory(users_service)
    peak = before
    with ThreadPoolExecutor(4) as pool:
        for content, status in ((accepted, 200), (rejected, 422)):
            running = [pool.submit(_put, users_service, alice, content) for _ in range(4)]
            while not all(answer.done() for answer in running):
                peak = max(peak, _memory(users_service))
            assert [answer.result() for answer in running] == [status] * 4
    assert peak - before < MAX_GROWTH_BYTES


def test_an_uploaded_photo_loses_its_location(alice: Person) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)  # GPS latitude
    exif[0x0110] = "Secret camera"
    exif[0x0112] = 6
    photo = picture((1200, 800), "JPEG", exif=exif)
    file = uploaded(alice, photo, "photo.jpg")
    stored = alice.get(file["url"]).data
    assert file["size"] == len(stored) < len(photo)
    assert b"Secret" not in stored
    kept = Image.open(io.BytesIO(stored))
    assert dict(kept.getexif()) == {0x0112: 6}
    assert (file["width"], file["height"]) == (800, 1200)
    again = uploaded(alice, photo, "again.jpg")
    assert alice.get(again["url"]).data == stored


def _put(users_service: UsersService, person: Person, content: bytes) -> int:
    answer = requests.put(
        f"{users_service.url}/api/users/{person.id}/avatar",
        data=content,
        headers={"Authorization": f"Bearer {person.token}", "Content-Type": "image/png"},
        timeout=60,
    )
    return answer.status_code


def _memory(users_service: UsersService) -> int:
    """Of gunicorn's master and worker; the child with the picture is limited by itself."""
    master = psutil.Process(users_service.process.pid)
    services = [master, *master.children()]
    return sum(process.memory_info().rss for process in services if process.is_running())
