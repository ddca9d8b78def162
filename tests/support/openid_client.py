"""How the Parley of the tests is known to an OpenID Connect provider."""

CLIENT_ID, CLIENT_SECRET = "parley", "a secret that the two share"


def openid_environ(port: int) -> dict[str, str]:
    """The settings for a provider on this machine."""
    return {
        "OPENID_ISSUER": f"http://127.0.0.1:{port}",
        "OPENID_CLIENT_ID": CLIENT_ID,
        "OPENID_CLIENT_SECRET": CLIENT_SECRET,
        "OPENID_LABEL": "Example",
    }
