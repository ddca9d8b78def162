"""The objects that actions and queries of attachments use, besides the service's context."""

from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app

from messages_service.attachments.form import UploadGate
from servicekit.pictures import Pictures

EXTENSION = "messages_service.files"


@dataclass
class Files:
    """`quota_bytes` limits the stored files of one person."""

    max_bytes: int
    quota_bytes: int
    gate: UploadGate
    pictures: Pictures = field(default_factory=Pictures)


def install_files(app: Flask, files: Files) -> None:
    app.extensions[EXTENSION] = files


def current_files() -> Files:
    """The files of the app that handles this request."""
    return cast(Files, current_app.extensions[EXTENSION])
