"""Every setting of gateway_frontend."""

from urllib.parse import urlsplit

from pydantic import Field

from servicekit.settings import Secret, Settings


class GatewaySettings(Settings):
    """The settings of gateway_frontend."""

    secret_key: Secret = Field(
        description="Signs the cookie that protects forms against other sites."
    )
    secret_key_fallback: Secret | None = Field(
        None, description="The former SECRET_KEY, accepted while it is being replaced."
    )
    realtime_public_url: str | None = Field(
        None,
        description="URL of realtime_service for browsers; else this host, REALTIME_URL's port.",
    )
    trusted_hosts: str = Field(
        "",
        description="Names of the gateway besides PUBLIC_URL's, with commas between.",
    )

    @property
    def accepted_keys(self) -> list[str]:
        """The secret keys whose signatures are accepted, oldest first; the last one signs."""
        keys = (self.secret_key_fallback, self.secret_key)
        return [key.get_secret_value() for key in keys if key is not None]

    @property
    def is_https(self) -> bool:
        """Whether browsers connect through TLS."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def host_names(self) -> list[str]:
        """The accepted Host names."""
        named = [name.strip() for name in self.trusted_hosts.split(",") if name.strip()]
        return [
            urlsplit(self.public_url).hostname or "localhost",
            "localhost",
            "127.0.0.1",
            "[::1]",
            *named,
        ]
