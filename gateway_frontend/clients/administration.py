"""Calls of the pages for administrators; failures are raised as Problem."""

from collections.abc import Mapping
from typing import IO, TypeVar
from urllib.parse import quote

from gateway_frontend.clients.calls import write
from gateway_frontend.shapes.administration import (
    AdministeredRoom,
    AuditEntry,
    CreatedInvite,
    Import,
    Invite,
    Place,
    Report,
    ReportCount,
    Retention,
    Usage,
)
from servicekit.http import ServiceClient, json_of

IMPORT_TIMEOUT = (1.0, 3600.0)
Value = TypeVar("Value")


class AdminClient:
    """users_service and messages_service, which both check that the caller is an administrator."""

    def __init__(self, users: ServiceClient, messages: ServiceClient) -> None:
        self.users, self.messages = users, messages

    def settings(self, token: str) -> Place:
        return json_of(self.users.get("/api/settings", token=token), Place)

    def change_settings(self, token: str, changes: Mapping[str, object]) -> None:
        write(self.users, "PATCH", "/api/settings", token, json=changes)

    def put_icon(self, token: str, content: bytes, content_type: str) -> None:
        headers = {"Content-Type": content_type}
        write(self.users, "PUT", "/api/settings/icon", token, data=content, headers=headers)

    def delete_icon(self, token: str) -> None:
        write(self.users, "DELETE", "/api/settings/icon", token)

    def imports(self, token: str) -> list[Import]:
        """The last ones, newest first."""
        answer = self.messages.get("/api/admin/imports", params={"limit": 10}, token=token)
        return json_of(answer, list[Import])

    def import_archive(self, token: str, format_: str, content: IO[bytes]) -> None:
        headers = {"Content-Type": "application/zip"}
        path = f"/api/admin/import?format={quote(format_, safe='')}"
        write(self.messages, "POST", path, token, data=content, headers=headers,
                    timeout=IMPORT_TIMEOUT, carries_file=True)  # fmt: skip

    def retention(self, token: str) -> Retention:
        return json_of(self.messages.get("/api/retention", token=token), Retention)

    def change_retention(self, token: str, changes: Mapping[str, object]) -> None:
        write(self.messages, "PATCH", "/api/retention", token, json=changes)

    def invites(self, token: str, *, ended: bool = False) -> list[Invite]:
        params = {"ended": str(ended).lower()}
        return json_of(self.users.get("/api/invites", params=params, token=token), list[Invite])

    def make_invite(self, token: str, role: str, uses: int, expires_in: int) -> CreatedInvite:
        body = {"role": role, "uses": uses, "expires_in": expires_in}
        made = write(self.users, "POST", "/api/invites", token, json=body)
        return json_of(made, CreatedInvite)

    def withdraw_invite(self, token: str, invite_id: int) -> None:
        write(self.users, "DELETE", f"/api/invites/{invite_id}", token)

    def end_sessions(self, token: str, user_id: int) -> None:
        write(self.users, "DELETE", f"/api/users/{user_id}/sessions", token)

    def audit(
        self, token: str, query: Mapping[str, str | int | None]
    ) -> tuple[list[AuditEntry], int | None]:
        """A page of the audit log, and the id before which the next one begins."""
        response = self.users.get("/api/audit", params=dict(query), token=token)
        found = json_of(response, list[AuditEntry])
        return found, found[-1]["id"] if "next" in response.links else None

    def reports(self, token: str, *, closed: bool = False) -> list[Report]:
        params = {"closed": str(closed).lower()}
        return json_of(self.messages.get("/api/reports", params=params, token=token), list[Report])

    def open_reports(self, token: str) -> int:
        return json_of(self.messages.get("/api/reports/count", token=token), ReportCount)["open"]

    def close_report(self, token: str, report_id: int) -> None:
        write(self.messages, "POST", f"/api/reports/{report_id}/close", token)

    def delete_reported_message(self, token: str, report_id: int) -> None:
        write(self.messages, "DELETE", f"/api/reports/{report_id}/message", token)

    def rooms(
        self, token: str, query: str, after: int | None, *, archived: bool
    ) -> tuple[list[AdministeredRoom], int | None]:
        """A page of rooms, and the id after which the next one begins."""
        params = {"q": query or None, "after": after, "archived": str(archived).lower()}
        response = self.messages.get("/api/rooms", params=params, token=token)
        found = json_of(response, list[AdministeredRoom])
        return found, found[-1]["id"] if "next" in response.links else None

    def change_room(self, token: str, room_id: int, changes: Mapping[str, object]) -> None:
        write(self.messages, "PATCH", f"/api/rooms/{room_id}", token, json=changes)

    def take_ownership(self, token: str, room_id: int) -> None:
        write(self.messages, "PUT", f"/api/rooms/{room_id}/owner", token)

    def usage(self, token: str, days: int) -> Usage:
        return json_of(self.messages.get("/api/usage", params={"days": days}, token=token), Usage)
