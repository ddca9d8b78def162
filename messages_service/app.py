"""Assembles messages_service; decides nothing."""

from functools import partial
from pathlib import Path

from flask_migrate import Migrate
from flask_openapi3.openapi import OpenAPI

from messages_service.administration.limits import ChosenLimits
from messages_service.administration.routes import blueprint as administration_routes
from messages_service.attachments.context import Files, install_files
from messages_service.attachments.form import UploadGate
from messages_service.attachments.routes import blueprint as attachment_routes
from messages_service.blocks.routes import blueprint as block_routes
from messages_service.chores import install_all_chores
from messages_service.commands import renew_epoch_command
from messages_service.context import EXTENSION, Context
from messages_service.conversations.member_routes import blueprint as member_routes
from messages_service.conversations.queries import conversation_for
from messages_service.conversations.room_links import RoomLinks
from messages_service.conversations.routes import blueprint as conversation_routes
from messages_service.digests.routes import blueprint as digest_routes
from messages_service.drafts.routes import blueprint as draft_routes
from messages_service.exports.context import Exports, install_exports
from messages_service.exports.routes import blueprint as export_routes
from messages_service.group_commit import GroupCommit
from messages_service.imports.context import Imports, install_imports
from messages_service.imports.routes import blueprint as import_routes
from messages_service.indexing.models import is_in_metadata
from messages_service.integrations.command_routes import blueprint as command_routes
from messages_service.integrations.context import Integrations, install_integrations
from messages_service.integrations.hook_routes import blueprint as hook_routes
from messages_service.integrations.incoming_routes import blueprint as incoming_webhook_routes
from messages_service.integrations.outgoing_routes import blueprint as outgoing_webhook_routes
from messages_service.internal.routes import blueprint as internal_routes
from messages_service.limits import Limits
from messages_service.markdown import Markdown
from messages_service.marks.routes import blueprint as mark_routes
from messages_service.messages.keeping_routes import blueprint as keeping_routes
from messages_service.messages.mention_routes import blueprint as mention_routes
from messages_service.messages.poll_routes import blueprint as poll_routes
from messages_service.messages.preview_routes import blueprint as preview_routes
from messages_service.messages.routes import blueprint as message_routes
from messages_service.messages.thread_routes import blueprint as thread_routes
from messages_service.models import db
from messages_service.notifications.actions import forget_devices
from messages_service.notifications.background import Notifier
from messages_service.notifications.context import Notifications, install_notifications
from messages_service.notifications.push_sender import PushSender
from messages_service.notifications.routes import blueprint as notification_routes
from messages_service.notifications.vapid import VapidKey
from messages_service.people.feed import PeopleFeed
from messages_service.people.profiles import Profiles
from messages_service.people.webhook_account import WebhookAccount
from messages_service.preview_links import PreviewLinks
from messages_service.publish import Publisher
from messages_service.reports.routes import blueprint as report_routes
from messages_service.retention.routes import blueprint as retention_routes
from messages_service.scheduled.routes import blueprint as scheduled_routes
from messages_service.search.routes import blueprint as search_routes
from messages_service.settings import MessagesSettings
from messages_service.write_limit import limit_writes
from servicekit.data.db import init_db
from servicekit.http import ServiceClient
from servicekit.identity.verify import TokenVerifier, install_identity
from servicekit.public_web.addresses import PORTS, Address, is_public
from servicekit.public_web.client import PublicWeb
from servicekit.sealing import Sealer
from servicekit.slots import Slots
from servicekit.web.app import create_service, in_background, serve_files

MIGRATIONS = Path(__file__).parent / "migrations"
FIRST_FREE_PORT = 1024
BLUEPRINTS = (
    message_routes,
    keeping_routes,
    conversation_routes,
    member_routes,
    mark_routes,
    attachment_routes,
    mention_routes,
    poll_routes,
    preview_routes,
    draft_routes,
    scheduled_routes,
    block_routes,
    thread_routes,
    notification_routes,
    digest_routes,
    search_routes,
    export_routes,
    incoming_webhook_routes,
    outgoing_webhook_routes,
    command_routes,
    hook_routes,
    import_routes,
    retention_routes,
    report_routes,
    administration_routes,
    internal_routes,
)


def create_app(settings: MessagesSettings) -> OpenAPI:
    """The service, with nothing running beside the requests until `start_background`."""
    app = create_service(
        "messages_service",
        settings,
        title="Parley messages",
        description="Conversations, memberships, messages and the event log.",
    )
    init_db(app, db, settings)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, include_name=is_in_metadata)
    users = ServiceClient(
        settings.users_url,
        service_secret=settings.service_secret,
        max_calls=max(1, settings.threads // 2),
    )
    verifier = TokenVerifier(users)
    install_identity(app, verifier)
    context = app.extensions[EXTENSION] = _make_context(app, settings, users)
    files = _make_files(app, settings, users)
    integrations = _make_integrations(app, settings, users)
    notifier = _make_notifier(app, settings, context.publisher)
    for blueprint in BLUEPRINTS:
        app.register_api(blueprint)
    app.before_request(limit_writes)
    app.cli.add_command(renew_epoch_command)
    in_background(app, context.publisher.relay.start, context.publisher.relay.stop)
    in_background(app, notifier.start, notifier.stop)
    in_background(app, lambda: None, context.markdown.close)
    install_all_chores(app, settings, context, users, integrations, files.pictures)
    people = PeopleFeed(
        app,
        users,
        context.profiles,
        verifier,
        session_ended=partial(forget_devices, context),
        place_changed=ChosenLimits(settings, context.limits, files).place_changed,
    )
    in_background(app, people.start, people.stop)
    return app


def _make_context(app: OpenAPI, settings: MessagesSettings, users: ServiceClient) -> Context:
    with app.app_context():
        publisher = Publisher(db.engine, settings.redis_url)
    profiles = Profiles(db, users)
    return Context(
        db=db,
        publisher=publisher,
        profiles=profiles,
        markdown=Markdown(profiles.ids_of, RoomLinks(db).ids_of),
        limits=Limits.of(settings),
        preview_links=PreviewLinks(settings.public_url, is_on=settings.link_previews),
        group_commit=GroupCommit(),
        conversation_for=conversation_for,
        is_tutorial=settings.tutorial,
    )


def _make_files(app: OpenAPI, settings: MessagesSettings, users: ServiceClient) -> Files:
    """With exports and imports, whose requests and answers are files, too."""
    gate = UploadGate(total=max(1, settings.threads // 2))
    files = Files(settings.max_upload_bytes, settings.upload_quota_bytes, gate)
    install_files(app, files)
    install_imports(app, Imports(users, settings.max_import_bytes))
    install_exports(app, Exports(users, settings.public_url))
    serve_files(app, "/api/attachments", "/api/export", "/api/admin/")
    return files


def _make_integrations(
    app: OpenAPI, settings: MessagesSettings, users: ServiceClient
) -> Integrations:
    integrations = Integrations(
        account=WebhookAccount(db, users),
        sealer=Sealer("webhooks", settings.service_secret, settings.service_secret_fallback),
        web=PublicWeb(
            "Parley webhooks",
            permits=_is_any if settings.webhook_private_networks else _is_public_at_any_port,
        ),
        running=Slots(max(1, settings.threads // 4)),
        public_url=settings.public_url,
    )
    install_integrations(app, integrations)
    return integrations


def _make_notifier(app: OpenAPI, settings: MessagesSettings, publisher: Publisher) -> Notifier:
    with app.app_context():
        engine = db.engine
    contact = settings.push_contact or settings.public_url
    vapid = VapidKey(engine, contact, settings.service_secret, settings.service_secret_fallback)
    permits = _is_any if settings.push_private_networks else is_public
    install_notifications(app, Notifications(vapid, permits))
    sender = PushSender(PublicWeb("Parley", permits=permits), vapid)
    notifier = Notifier(engine, publisher, sender)
    publisher.relay.on_published.append(notifier.note)
    return notifier


def _is_public_at_any_port(address: Address, port: int) -> bool:
    """Programs often listen at a port beside those of the web."""
    return is_public(address, port if port in PORTS or port < FIRST_FREE_PORT else min(PORTS))


def _is_any(address: Address, port: int) -> bool:
    return True
