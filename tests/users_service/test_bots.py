"""Bot accounts made on the command line."""

from pathlib import Path
from typing import Any

from tests.users_service.conftest import Service

TOKEN = "parley_" + "t" * 43


def ensure_bot(service: Service, token_file: Path, nickname: str = "eliza") -> str:
    result: Any = service.app.test_cli_runner().invoke(
        args=("people", "keep-bot", nickname, "Eliza", str(token_file))
    )
    return str(result.output)


def test_a_bot_is_created_once_and_its_token_works(service: Service, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    ids = {ensure_bot(service, tmp_path / "token") for _ in range(2)}
    assert len(ids) == 1
    bot = service.call("GET", "/api/users/me", token=TOKEN).json
    assert (bot["nickname"], bot["role"]) == ("eliza", "bot")


def test_the_first_person_is_admin_even_after_a_bot(service: Service, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    ensure_bot(service, tmp_path / "token")
    assert service.sign_up("alice").role == "admin"


def test_a_person_cannot_become_a_bot(service: Service, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    service.sign_up("eliza")
    assert "is a person" in ensure_bot(service, tmp_path / "token")


def test_a_guessable_token_is_rejected(service: Service, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("parley_1234")
    assert "43 characters" in ensure_bot(service, tmp_path / "token")
