"""create_app: assembles the gateway."""

import logging
import uuid
from functools import cache, partial

from flask import Flask
from flask_openapi3.openapi import OpenAPI

from gateway_frontend.assets import Assets, make_asset_pages
from gateway_frontend.clients.administration import AdminClient
from gateway_frontend.clients.integrations import IntegrationsClient
from gateway_frontend.clients.messages import MessagesClient
from gateway_frontend.clients.sign_in import SignInClient
from gateway_frontend.clients.users import UsersClient
from gateway_frontend.drawing.drawn_once import install_drawn_once
from gateway_frontend.drawing.environment import TemplateEnvironment
from gateway_frontend.drawing.file_filters import install_file_filters
from gateway_frontend.drawing.filters import install_filters
from gateway_frontend.drawing.lines import install_lines
from gateway_frontend.drawing.message_html import install_messages
from gateway_frontend.drawing.people_filters import install_people_filters
from gateway_frontend.drawing.text_shapes import install_shapes
from gateway_frontend.drawing.texts import install_texts
from gateway_frontend.errors import install_error_pages
from gateway_frontend.forwarding import ForwardingClient
from gateway_frontend.limits import Limits
from gateway_frontend.logins import Logins
from gateway_frontend.pages import (
    account,
    chat,
    docs,
    drafts,
    email_confirmation,
    front,
    health,
    home,
    integrations,
    kept,
    live,
    marks,
    mentions,
    notifications,
    offline,
    openid,
    passkeys,
    password_reset,
    people,
    polls,
    preferences,
    rooms,
    search,
    second_step,
    sign_in_settings,
    threads,
    unsubscribing,
)
from gateway_frontend.pages.admin import audit as admin_audit
from gateway_frontend.pages.admin import export as admin_export
from gateway_frontend.pages.admin import integrations as admin_integrations
from gateway_frontend.pages.admin import invites as admin_invites
from gateway_frontend.pages.admin import overview as admin_overview
from gateway_frontend.pages.admin import people as admin_people
from gateway_frontend.pages.admin import reports as admin_reports
from gateway_frontend.pages.admin import rooms as admin_rooms
from gateway_frontend.pages.admin import settings as admin_settings
from gateway_frontend.parts import EXTENSION, Parts, current_token, optional_login
from gateway_frontend.place import remembered_place
from gateway_frontend.proxy import api, socket_io
from gateway_frontend.security import csrf_token, install_security
from gateway_frontend.settings import GatewaySettings
from gateway_frontend.uploading import ACCEPTED
from servicekit.http import ServiceClient
from servicekit.identity.feed import (
    KEYS_RETIRED,
    PLACE_CHANGED,
    SESSION_REVOKED,
    USER_DEACTIVATED,
    USER_REVOKED,
    USER_UPDATED,
    Feed,
)
from servicekit.identity.verify import TokenVerifier, install_identity
from servicekit.language import current_language, languages_of
from servicekit.web.app import create_service, in_background, serve_files
from servicekit.web.app_state import add_ready_check
from servicekit.web.errors import Problem

log = logging.getLogger(__name__)
DESCRIPTION = "Pages for people; the API of users_service and messages_service under one address."
PAGES = (
    account.pages,
    admin_audit.pages,
    admin_export.pages,
    admin_invites.pages,
    admin_overview.pages,
    admin_reports.pages,
    admin_rooms.pages,
    admin_integrations.pages,
    admin_people.pages,
    admin_settings.pages,
    chat.pages,
    docs.pages,
    drafts.pages,
    email_confirmation.pages,
    front.pages,
    health.pages,
    home.pages,
    integrations.pages,
    kept.pages,
    live.pages,
    mentions.pages,
    notifications.pages,
    offline.pages,
    openid.pages,
    passkeys.pages,
    password_reset.pages,
    people.pages,
    marks.pages,
    polls.pages,
    preferences.pages,
    rooms.pages,
    search.pages,
    second_step.pages,
    sign_in_settings.pages,
    threads.pages,
    unsubscribing.pages,
)


def create_app(settings: GatewaySettings) -> OpenAPI:
    """The gateway, ready to be served."""
    app = create_service(
        "gateway_frontend",
        settings,
        title="Parley's gateway",
        description=DESCRIPTION,
        specs=docs.SPECS,
        read_events=docs.read_events,
    )
    app.jinja_environment = TemplateEnvironment
    parts = app.extensions[EXTENSION] = _make_parts(app, settings)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    install_texts(app)
    app.jinja_env.globals.update(
        limits=parts.limits,
        asset=parts.assets.url,
        assets_version=parts.assets.version,
        modules=parts.assets.modules,
        accepted_files=ACCEPTED,
        is_tutorial=settings.tutorial,
    )
    install_filters(app)
    install_file_filters(app)
    install_people_filters(app)
    install_shapes(app)
    install_messages(app)
    install_lines(app)
    install_security(app, settings)
    install_drawn_once(
        app,
        {"csrf_token": csrf_token, "new_client_id": lambda: str(uuid.uuid4())},
        lambda: (parts.limits.users, parts.limits.messages),
        parts.place.read,
    )
    install_error_pages(app)
    install_identity(app, TokenVerifier(parts.users.http))
    for blueprint in (*PAGES, api, make_asset_pages(parts.assets)):
        app.register_blueprint(blueprint)
    if settings.tutorial:
        app.register_blueprint(socket_io)
    app.context_processor(lambda: _for_templates(parts))
    serve_files(app, "/api/attachments", "/api/export", "/api/admin/")
    feed = _make_feed(parts)
    in_background(app, feed.start, feed.stop)
    add_ready_check(app, "users_service", lambda: health.require_ready(parts.users.http))
    add_ready_check(app, "messages_service", lambda: health.require_ready(parts.messages.http))
    return app


def _make_parts(app: Flask, settings: GatewaySettings) -> Parts:
    secret = settings.service_secret
    # With both services frozen, two threads are left for pages that need neither.
    share = max(1, (settings.threads - 2) // 2)
    users = UsersClient(ServiceClient(settings.users_url, service_secret=secret, max_calls=share))
    sign_in = SignInClient(users.http)
    messages = MessagesClient(
        ForwardingClient(settings.messages_url, service_secret=secret, max_calls=share)
    )
    realtime = ServiceClient(settings.realtime_url, service_secret=secret)
    place = remembered_place(users.http)
    return Parts(
        settings=settings,
        users=users,
        sign_in=sign_in,
        messages=messages,
        admin=AdminClient(users.http, messages.http),
        integrations=IntegrationsClient(users.http, messages.http),
        realtime=realtime,
        logins=Logins(sign_in),
        assets=Assets(languages=languages_of(app)),
        limits=Limits(users.http, messages.http, place),
        place=place,
    )


def _make_feed(parts: Parts) -> Feed:
    """Forget cached logins, and the place's name, that end or change elsewhere, within seconds."""
    logins = parts.logins
    return Feed(
        parts.users.http,
        {
            PLACE_CHANGED: lambda data: parts.place.forget(),
            KEYS_RETIRED: lambda data: logins.forget_all(),
            SESSION_REVOKED: lambda data: logins.forget_session(data["sid"]),
            USER_REVOKED: lambda data: logins.forget_user(data["user_id"]),
            USER_UPDATED: lambda data: logins.forget_user(data["id"]),
            USER_DEACTIVATED: lambda data: logins.forget_user(data["id"]),
        },
    )


def _open_reports(parts: Parts) -> int:
    """The number beside the link to the reports; pages for administrators alone ask for it."""
    try:
        return parts.admin.open_reports(current_token())
    except Problem as problem:
        log.info("reports are not counted: %s", problem.detail)
        return 0


def _for_templates(parts: Parts) -> dict[str, object]:
    login, language, place = optional_login(), current_language(), parts.place.read()
    return {
        "reports_count": cache(partial(_open_reports, parts)),
        "place_name": place["place_name"],
        "place_icon": place["icon_url"],
        "sends_email": place["sends_email"],
        "language": language,
        "catalog_url": parts.assets.catalog_url(language),
        "me": login.user if login else None,
        "typed": {},
        "errors": {},
    }
