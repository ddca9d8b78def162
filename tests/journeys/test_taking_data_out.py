"""Bob takes a conversation out; an administrator takes it in, and it is not doubled."""

import re
from pathlib import Path

from parley_export.__main__ import main as parley_export
from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.support.cast import Person


def test_an_exported_conversation_is_imported_with_its_progress_and_result(
    open_window: OpenWindow, admin: Person, bob: Person, tmp_path: Path
) -> None:
    room = bob.make_room()
    bob.send("Keep this", conversation_id=room)
    his, hers = open_window(bob), open_window(admin)

    his.page.goto(f"/app/c/{room}")
    his.page.get_by_label("Options", exact=True).click()
    with his.page.expect_download() as started:
        his.page.get_by_role("link", name="Export").click()
    archive = tmp_path / "export.zip"
    started.value.save_as(archive)
    assert parley_export(["verify", str(archive)]) == 0
    his.page.goto("/settings")
    with his.page.expect_download() as started:
        his.page.get_by_role("link", name="Export my data").click()
    assert re.fullmatch(r"parley-bob.*\.zip", started.value.suggested_filename)

    hers.page.goto("/admin/export")
    hers.page.get_by_label("Archive").set_input_files(archive)
    hers.page.get_by_role("button", name="Import", exact=True).click()
    expect(hers.page.get_by_role("status").first).to_contain_text("Imported.")
    expect(hers.page.get_by_role("listitem").filter(has_text="new messages").first).to_contain_text(
        "0 new messages"
    )
