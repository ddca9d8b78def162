"""A backup of running containers, and a restore while people have Parley open."""

from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.cluster.cluster import Cluster
from tests.journeys.windows import Window
from tests.support.browser import Profiles
from tests.support.cast import Person

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BACK_AFTER = 90_000


def test_an_open_browser_shows_the_restored_state_of_the_cluster(
    cluster: Cluster, browser: "Browser", alice: Person, bob: Person, tmp_path: Path
) -> None:
    conversation_id = alice.send("Before the backup", to=bob)["conversation_id"]
    his = Window(Profiles(browser, cluster.url))
    his.log_in(bob)
    his.open(conversation_id)
    file = tmp_path / "cluster.tar"

    cluster.back_up("create", str(file))
    alice.send("After the backup", to=bob)
    expect(his.messages("After the backup")).to_be_visible()
    cluster.back_up("restore", str(file), "--replace")
    cluster.wait_until_open()

    expect(his.messages("After the backup")).to_have_count(0, timeout=BACK_AFTER)
    expect(his.messages("Before the backup")).to_be_visible()
    alice.send("After the restore", to=bob)
    expect(his.messages("After the restore")).to_be_visible(timeout=BACK_AFTER)
    assert his.texts() == ["Before the backup", "After the restore"]
    his.close()
