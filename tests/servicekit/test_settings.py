"""Settings are loud when they are wrong."""

from pathlib import Path

import pytest

from servicekit.settings import WRONG_SETTINGS, DataServiceSettings, Settings, load_settings

SECRET = "s" * 40


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DataServiceSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("SERVICE_SECRET", SECRET)


def test_an_invalid_value_stops_the_start_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "70000")
    with pytest.raises(SystemExit) as ended:
        load_settings(Settings)
    assert ended.value.code == WRONG_SETTINGS
    assert capsys.readouterr().err.startswith("parley: PORT: ")


def test_a_missing_or_short_secret_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for value in ("", "short"):
        monkeypatch.setenv("SERVICE_SECRET", value)
        with pytest.raises(SystemExit):
            load_settings(Settings)
        assert "SERVICE_SECRET" in capsys.readouterr().err


def test_a_secret_can_be_read_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("f" * 32 + "\n")
    monkeypatch.delenv("SERVICE_SECRET")
    monkeypatch.setenv("SERVICE_SECRET_FILE", str(tmp_path / "secret"))
    assert load_settings(Settings).service_secret.get_secret_value() == "f" * 32


def test_a_missing_secret_file_is_reported_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERVICE_SECRET_FILE", "/nowhere/secret")
    monkeypatch.delenv("SERVICE_SECRET")
    with pytest.raises(SystemExit):
        load_settings(Settings)
    assert capsys.readouterr().err == (
        "parley: SERVICE_SECRET_FILE: /nowhere/secret: No such file or directory\n"
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_tutorial_mode_refuses_an_address_that_others_can_reach(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    monkeypatch.setenv("TUTORIAL", "1")
    monkeypatch.setenv("HOST", host)
    with pytest.raises(SystemExit):
        load_settings(Settings)
    assert "loopback" in capsys.readouterr().err


def test_a_common_postgresql_url_gets_the_driver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://parley@db/users")
    assert load_settings(DataServiceSettings).database_url == "postgresql+psycopg://parley@db/users"
