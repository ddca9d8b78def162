"""The chores of the service, which run at intervals beside its requests."""

from datetime import timedelta
from functools import partial

from flask_openapi3.openapi import OpenAPI

from messages_service.administration.usage import UsageCounter
from messages_service.attachments.actions import sweep
from messages_service.audit.actions import send_acts
from messages_service.context import Context
from messages_service.digests.collecting import collect_missed
from messages_service.digests.routes import install_unsubscribing
from messages_service.digests.sending import send_digests
from messages_service.digests.writing import DigestWriter, Unsubscribing
from messages_service.indexing.catching_up import index_new_entries
from messages_service.integrations.context import Integrations
from messages_service.integrations.delivering import deliver_due, forget_old_deliveries
from messages_service.messages.deleting import purge_deletions
from messages_service.messages.previewing import fetch_due
from messages_service.models import db
from messages_service.polls.actions import close_due_polls
from messages_service.previews.fetching import Fetcher
from messages_service.retention.expiring import expire_old_messages
from messages_service.scheduled.sending import send_due
from messages_service.settings import MessagesSettings
from servicekit.http import ServiceClient
from servicekit.mail import Mailer
from servicekit.pictures import Pictures
from servicekit.public_web.client import PublicWeb
from servicekit.serve.chores import Chore, install_chores

ACTS_SECONDS = 1.0
USAGE_SECONDS = 20.0
INDEX_SECONDS = 1.0
POLLS_SECONDS = 2.0
PREVIEWS_SECONDS = 1.0
PURGE_SECONDS = 5.0
RETENTION_SECONDS = 60.0
SCHEDULED_SECONDS = 1.0
SWEEP_SECONDS = 60.0
DIGEST_SECONDS = 60.0
DELIVERIES_SECONDS = 1.0
OLD_DELIVERIES_SECONDS = 3600.0
USER_AGENT = "Mozilla/5.0 (compatible; Parley; link previews)"


def install_all_chores(
    app: OpenAPI,
    settings: MessagesSettings,
    context: Context,
    users: ServiceClient,
    integrations: Integrations,
    pictures: Pictures,
) -> None:
    """Each call of `install_chores` starts a thread: slow chores do not hold up the others."""
    with app.app_context():
        engine = db.engine
    install_chores(
        app,
        Chore(partial(close_due_polls, context), POLLS_SECONDS),
        Chore(partial(index_new_entries, engine), INDEX_SECONDS),
        Chore(partial(purge_deletions, context), PURGE_SECONDS),
        Chore(partial(send_due, context), SCHEDULED_SECONDS),
        Chore(partial(sweep, context), SWEEP_SECONDS),
        Chore(partial(forget_old_deliveries, context), OLD_DELIVERIES_SECONDS),
        Chore(UsageCounter(engine).count, USAGE_SECONDS),
        *_make_digest_chores(app, settings, users),
        first_after=POLLS_SECONDS,
    )
    # Its first round may take long.
    expire = Chore(partial(expire_old_messages, context), RETENTION_SECONDS)
    install_chores(app, expire, first_after=RETENTION_SECONDS)
    # It waits for users_service.
    install_chores(app, Chore(partial(send_acts, engine, users), ACTS_SECONDS))
    if settings.link_previews:
        # It waits for slow pages.
        fetcher = Fetcher(PublicWeb(USER_AGENT), pictures)
        install_chores(app, Chore(partial(fetch_due, context, fetcher), PREVIEWS_SECONDS))
    # It waits for the programs of outgoing webhooks.
    deliver = partial(deliver_due, context, integrations)
    install_chores(app, Chore(deliver, DELIVERIES_SECONDS))


def _make_digest_chores(
    app: OpenAPI, settings: MessagesSettings, users: ServiceClient
) -> list[Chore]:
    """None without a mail server."""
    secrets = [settings.service_secret_fallback, settings.service_secret]
    unsubscribing = Unsubscribing([each.get_secret_value() for each in secrets if each])
    install_unsubscribing(app, unsubscribing)
    mailer = Mailer(settings)
    if not mailer.is_on:
        return []
    with app.app_context():
        engine = db.engine
    writer = DigestWriter(settings.public_url, mailer.sender, unsubscribing)
    after = timedelta(minutes=settings.digest_after_minutes)
    period = timedelta(hours=settings.digest_hours)

    def send() -> None:
        with app.app_context():  # which has the languages
            send_digests(engine, users, mailer, writer, period)

    return [
        Chore(partial(collect_missed, engine, after), DIGEST_SECONDS),
        Chore(send, DIGEST_SECONDS),
    ]
