"""`/api/admin/import` and `/api/admin/imports`: for admins."""

import tempfile
from pathlib import Path
from typing import IO

import structlog
from flask import Response, request
from sqlalchemy import select

from messages_service.attachments.context import current_files
from messages_service.attachments.form import (
    FORM_BYTES,
    boundary_of,
    file_too_large,
    limit_silence,
    read_chunks,
    read_form,
)
from messages_service.caller import require_admin
from messages_service.context import current_context
from messages_service.imports.context import current_imports
from messages_service.imports.models import imports
from messages_service.imports.running import run_import
from messages_service.imports.runs import describe_import
from messages_service.imports.runs import get_import as find_import
from messages_service.imports.schemas import ImportList, ImportPath, ImportQuery
from messages_service.imports.shapes import Import
from servicekit.data.pages import page_of, without_surplus
from servicekit.web.answers import answer, answer_page, created
from servicekit.web.openapi import make_blueprint, upload_form
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Answer

FORM = "multipart/form-data"
blueprint = make_blueprint("imports", __name__)
audit = structlog.stdlib.get_logger("parley.audit")


@blueprint.post(
    "/admin/import",
    responses={201: Answer[Import]},
    openapi_extensions=upload_form(also=["application/zip", "application/x-ndjson"]),
)
def create_import(query: ImportQuery) -> Response:
    """Import an export of Parley, Slack or Mattermost.

    Either all of it is imported or nothing; importing it again adds what is new. The answer comes
    when it is done; until then the list of imports shows its progress.
    """
    user_id = require_admin()
    context, wanted = current_context(), current_imports()
    audit.info("import started", user_id=user_id, format=query.format)
    with tempfile.NamedTemporaryFile(prefix="parley-import-") as file:
        _receive(file, wanted.max_bytes)
        file.flush()
        import_id = run_import(
            context, current_files(), wanted.users, user_id, query.format, Path(file.name)
        )
    shown = find_import(context.db.engine, import_id)
    return created(shown, f"/api/admin/imports/{import_id}")


@blueprint.get("/admin/imports", responses={200: ImportList})
def list_imports(query: PageQuery) -> Response:
    """Imports that ran or are running, newest first."""
    require_admin()
    newest = page_of(select(imports).order_by(imports.c.id.desc()), imports.c.id, query)
    with current_context().db.engine.connect() as connection:
        rows, has_more = without_surplus(connection.execute(newest).all(), query)
    return answer_page([describe_import(row) for row in rows], "before", has_more=has_more)


@blueprint.get("/admin/imports/<int:import_id>", responses={200: Answer[Import]})
def get_import(path: ImportPath) -> Response:
    """One import, with its progress and result."""
    require_admin()
    return answer(find_import(current_context().db.engine, path.import_id))


def _receive(file: IO[bytes], max_bytes: int) -> None:
    """The archive, from a form or as the body itself."""
    request.max_content_length = max_bytes + 2 * FORM_BYTES
    limit_silence(request.environ)

    def keep(data: bytes) -> None:
        file.write(data)

    if (request.content_type or "").startswith(FORM):
        read_form(request.stream, boundary_of(request.content_type), keep, max_bytes)
        return
    size = 0
    for chunk in read_chunks(request.stream):
        size += len(chunk or b"")
        if size > max_bytes:
            raise file_too_large(max_bytes)
        file.write(chunk or b"")
