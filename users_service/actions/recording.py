"""Records changes of accounts in the audit log and the service log."""

import structlog

from servicekit.data.db import Transaction
from users_service import audit_log
from users_service.caller import Caller
from users_service.models.people import User
from users_service.schemas.people import UserChanges
from users_service.shapes.feed import Profile

audit = structlog.stdlib.get_logger("parley.audit")


def record_changes(
    running: Transaction, changes: UserChanges, before: Profile, user: User, caller: Caller
) -> None:
    """Add the changes to the audit log."""

    def record(action: str, **detail: str | None) -> None:
        audit_log.record(running, action, caller.user_id, user.id, **detail)

    if changes.password is not None:
        record("password.changed")
    if user.role != before["role"]:
        record("role.changed", to=user.role, **{"from": before["role"]})
    if user.active != before["active"]:
        record("account.activated" if user.active else "account.deactivated")
    if fields := _changed_names(before, user):
        record("profile.changed", fields=" ".join(fields))


def log_changes(changes: UserChanges, before: Profile, user: User, caller: Caller) -> None:
    """Write the changes to the service log, after the commit."""
    if changes.password is not None:
        audit.info("password changed", user_id=user.id, by=caller.user_id)
    for field in ("role", "active"):
        if getattr(user, field) != before[field]:
            audit.info(
                f"{field} changed", user_id=user.id, to=getattr(user, field), by=caller.user_id
            )
    fields = _changed_names(before, user)
    if fields and caller.user_id != user.id:
        audit.info("profile changed", user_id=user.id, fields=fields, by=caller.user_id)


def _changed_names(before: Profile, user: User) -> list[str]:
    return [name for name in ("name", "nickname", "email") if before[name] != getattr(user, name)]
