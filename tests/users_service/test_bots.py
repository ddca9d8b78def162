"""Bots that whoever runs Parley keeps."""

from pathlib import Path
from typing import Any

from tests.users_service.conftest import Service

TOKEN = "parley_" + "t" * 43


def keep_bot(service: Service, token_file: Path, nickname: str = "eliza") -> str:
    result: Any = service.app.test_cli_runner().invoke(
        args=("people", "keep-bot", nickname, "Eliza", str(token_file))
    )
    return str(result.output)


def test_a_kept_bot_is_there_once_and_its_token_opens_it(service: Service, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    told = {keep_bot(service, tmp_path / "token") for _ in range(2)}
    assert len(told) == 1
    bot = service.call("GET", "/api/users/me", token=TOKEN).json
    assert (bot["nickname"], bot["role"]) == ("eliza", "bot")


def test_the_first_person_is_admin_though_a_bot_was_there_before(
    service: Service, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(TOKEN)
    keep_bot(service, tmp_path / "token")
    assert service.sign_up("alice").role == "admin"


def test_a_person_is_not_made_a_bot(service: Service, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    service.sign_up("eliza")
    assert "is a person" in keep_bot(service, tmp_path / "token")


def test_a_token_that_could_be_guessed_is_refused(service: Service, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("parley_1234")
    assert "43 characters" in keep_bot(service, tmp_path / "token")
