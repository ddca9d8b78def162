"""The process of the demo's bot, and the file with its token."""

import os
import sys
from pathlib import Path

from deploy.local.config import Config
from deploy.local.programs import PYTHON_CLIENT, Program

SECRETS = "secrets"


def plan_eliza(config: Config) -> Program:
    """The bot's process, which waits for its account and is not missed when it fails."""
    token_file = eliza_token_file(config)
    return Program(
        name="eliza",
        argv=(sys.executable, "-m", "deploy.local.wait_for", str(token_file), "bots.eliza"),
        environ={
            **os.environ,
            "PYTHONPATH": str(PYTHON_CLIENT),
            "PARLEY_URL": config.public_url,
            "ELIZA_TOKEN_FILE": str(token_file),
            "PYTHONUNBUFFERED": "1",
        },
        is_vital=False,
    )


def eliza_token_file(config: Config) -> Path:
    return config.data_dir / SECRETS / "eliza_token"
