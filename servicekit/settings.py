"""Settings: read once from the environment, typed, frozen; a wrong one stops the start."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from servicekit.loopback import is_loopback

MIN_SECRET_LENGTH = 32
# The exit code on which gunicorn gives up; after any other it restarts the worker forever.
WRONG_SETTINGS = 4


def _is_long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < MIN_SECRET_LENGTH:
        raise ValueError(
            f"must have at least {MIN_SECRET_LENGTH} characters; make one: openssl rand -hex 32"
        )
    return secret


def _with_driver(url: Any) -> Any:
    """PostgreSQL URLs as people write them, for the driver that is installed (psycopg 3)."""
    for prefix in ("postgres://", "postgresql://"):
        if isinstance(url, str) and url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


Secret = Annotated[SecretStr, AfterValidator(_is_long_enough)]
DatabaseUrl = Annotated[str, BeforeValidator(_with_driver)]


class FileSecretsSource(PydanticBaseSettingsSource):
    """`NAME_FILE=/run/secrets/name` gives the value of `NAME`, without the newline at the end."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{field_name.upper()}_FILE")
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text().rstrip("\r\n"), field_name, False
        except OSError as error:
            raise SettingsError(f"{field_name.upper()}_FILE: {path}: {error.strerror}") from error

    def __call__(self) -> dict[str, Any]:
        values = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, _ = self.get_field_value(field, name)
            if value is not None:
                values[key] = value
        return values


class SettingsError(Exception):
    """A setting whose file cannot be read."""


class Settings(BaseSettings):
    """Settings of every service; each field is the environment variable of that name."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address that the service binds to.")
    port: int = Field(0, ge=0, le=65535, description="Port that the service binds to; 0 takes any.")
    threads: int = Field(
        16,
        ge=1,
        le=512,
        description="Requests handled at once by a process, and as many again that carry files.",
    )
    redis_url: str = Field(
        "redis://127.0.0.1:5005/0",
        description="Redis: topics, presence, rate limits. It may be lost.",
    )
    users_url: str = Field("http://127.0.0.1:5002", description="Where users_service answers.")
    messages_url: str = Field(
        "http://127.0.0.1:5003", description="Where messages_service answers."
    )
    realtime_url: str = Field(
        "http://127.0.0.1:5004", description="Where realtime_service answers."
    )
    public_url: str = Field("http://127.0.0.1:5001", description="The address that people type.")
    service_secret: Secret = Field(
        description="Shared by the services; proves that a caller is one of them."
    )
    service_secret_fallback: Secret | None = Field(
        None, description="The former SERVICE_SECRET, accepted while it is being replaced."
    )
    tutorial: bool = Field(
        False, description="Tutorial mode: no login, any author_id; loopback only."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least level logged."
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="`text` for people, `json` for machines; `auto` looks for a terminal."
    )
    languages_dir: str | None = Field(
        None, description="A folder with catalogs of more languages, `it.po` for example."
    )
    proxy_hops: int = Field(
        0,
        ge=0,
        le=5,
        description="Reverse proxies in front whose X-Forwarded-* headers are believed.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, FileSecretsSource(settings_cls)

    @model_validator(mode="after")
    def _tutorial_is_loopback_only(self) -> Self:
        if self.tutorial and not is_loopback(self.host):
            raise ValueError(
                f"TUTORIAL lets anybody write as anybody, so HOST must be loopback, not {self.host}"
            )
        return self


class DataServiceSettings(Settings):
    """A service with a database of its own."""

    database_url: DatabaseUrl = Field(
        description="SQLAlchemy URL: sqlite:////path or postgresql://…"
    )


AnySettings = TypeVar("AnySettings", bound=Settings)


def load_settings(cls: type[AnySettings]) -> AnySettings:
    """The settings from the environment; a wrong one ends the process with a line that says why."""
    try:
        return cls()
    except ValidationError as error:
        for item in error.errors(include_url=False):
            name = ".".join(str(part) for part in item["loc"]).upper() or "settings"
            reason = item["msg"].removeprefix("Value error, ")
            sys.stderr.write(f"parley: {name}: {reason}\n")
    except SettingsError as error:
        sys.stderr.write(f"parley: {error}\n")
    raise SystemExit(WRONG_SETTINGS)
