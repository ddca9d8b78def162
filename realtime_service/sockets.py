"""Open, authorise, join, leave, close: the life of a client's socket."""

import logging
import random
import time
from typing import Any

import orjson
from engineio.packet import MESSAGE, Packet
from socketio.exceptions import ConnectionRefusedError as Refused

from realtime_service import metrics
from realtime_service.attendance import Attendance
from realtime_service.clients import Conversations
from realtime_service.delivery import Delivery
from realtime_service.engine import Server
from realtime_service.fanout import Channel, Channels
from realtime_service.frames import Outgoing
from realtime_service.gate import Gate
from realtime_service.link import Link
from realtime_service.presence import Presence
from realtime_service.roster import Roster
from realtime_service.settings import RealtimeSettings
from realtime_service.subscribe import Subscription
from realtime_service.tabs import Tab, Tabs, conversation_topic, user_topic
from realtime_service.texts import Ack, Texts, refusal
from realtime_service.turns import Turns, send_ack
from realtime_service.typing_signs import TypingSigns
from realtime_service.worker import Driver
from servicekit.identity.verify import Identity
from servicekit.rates import RateLimiter
from servicekit.web.errors import Problem, TooMany, Unauthorized

EVERYONE = "everyone"
"""The room of tutorial mode."""
SUBSCRIBE_SECONDS = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
TABS_AT_ONCE, TABS_PAUSE = 200, 0.1
EVENTS_RATE = "200 per 10 second"
LONGEST_LOGGED = 200
ANONYMOUS = 0
"""The key under which anonymous clients of tutorial mode are counted."""
HTTP_UNAVAILABLE = 503
log = logging.getLogger(__name__)


class Sockets:
    """The handlers of all Socket.IO events. One socket's events are handled one after another."""

    def __init__(
        self,
        settings: RealtimeSettings,
        driver: Driver,
        server: Server,
        *,
        gate: Gate,
        tabs: Tabs,
        channels: Channels,
        delivery: Delivery,
        subscription: Subscription,
        roster: Roster,
        presence: Presence,
        typing: TypingSigns,
        attendance: Attendance,
        texts: Texts,
    ) -> None:
        self._settings = settings
        self._driver = driver
        self._server = server
        self._gate = gate
        self._tabs = tabs
        self._channels = channels
        self._delivery = delivery
        self._subscription = subscription
        self._roster = roster
        self._presence = presence
        self._typing = typing
        self._attendance = attendance
        self._texts = texts
        self._rate = RateLimiter(EVENTS_RATE)

    def install(self) -> None:
        """Take the events of the server."""
        on = self._server.on
        on("connect", self._connect)
        on("disconnect", self._disconnect)
        on("connect-ack", self._log_connect_ack)
        on("typing", self._take_typing)
        on("presence", self._take_presence)
        later = self._server.answered_later
        turns = Turns(self._driver, self._rate)
        later["text"] = self._take_text
        later["join"] = turns.handler(self._attendance.take_join)
        later["leave"] = turns.handler(self._attendance.take_leave)

    def cut_session(self, sid: str) -> None:
        """End the sockets of a session that has ended."""
        self._cut([tab for tab in self._tabs if tab.identity.sid == sid])

    def cut_user(self, user_id: int, issued_before: float | None = None) -> None:
        """End a person's sockets, or those whose token was issued by that moment (seconds since the
        epoch).
        """
        self._cut(
            [
                tab
                for tab in self._tabs.of_user(user_id)
                if issued_before is None or tab.identity.issued_at <= issued_before
            ]
        )

    def leave_conversations(self) -> None:
        """Redis went away, and with it the news of who is no longer a member: nobody hears anything
        until messages_service has been asked again.
        """
        for tab in self._tabs:
            for id in tab.conversations:
                self._channels.leave(conversation_topic(id), tab.link)

    def bring_back(self, reason: str) -> None:
        """Redis is back: have everybody in the right rooms, then tell them to ask the log."""
        self.leave_conversations()
        self._driver.spawn(self._bring_back_slowly, list(self._tabs), reason)

    def bring_back_channel(self, channel: Channel) -> None:
        """A room has missed an event, perhaps the one that somebody was removed."""
        tabs = [link.owner for link in channel if link.owner is not None]
        self._driver.spawn(self._bring_back_slowly, tabs, "missed")

    def say_goodbye(self) -> None:
        """This process ends: close every connection; clients come back elsewhere, each after a
        pause of its own.
        """
        for link in list(self._server.eio.sockets.values()):
            link.send_away()

    def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        link = self._server.link_of(sid)
        if link is None:
            raise Refused("The connection is gone.")
        if self._settings.tutorial:
            self._channels.join(EVERYONE, link)
            if not auth:
                link.is_anonymous = True
                link.accept()
                return
        tab = Tab(sid, link, self._admit(link, auth, environ))
        self._tabs.add(tab)
        if self._gate.has_revoked(tab.identity):  # while its ticket was being used up
            self._driver.spawn(self._cut, [tab])
        self._driver.spawn(self._enter, tab)

    def _admit(self, link: Link, auth: Any, environ: dict[str, Any]) -> Identity:
        try:
            identity = self._gate.admit(auth)
            if len(self._tabs.of_user(identity.user_id)) >= self._settings.max_sockets_per_user:
                raise TooMany(
                    "You have too many connections open; close some.", 10, "too-many-sockets"
                )
        except Problem as problem:
            metrics.REFUSED.labels(problem.code).inc()
            log.info("socket refused: %s (%s)", problem.code, environ.get("REMOTE_ADDR"))
            if problem.status == HTTP_UNAVAILABLE:
                # Stock clients take a refusal for final; a broken connection they try again.
                link.cut()
            raise Refused(
                problem.detail, {"code": problem.code, "status": problem.status}
            ) from problem
        return identity

    def _enter(self, tab: Tab) -> None:
        """Bring a new tab into its rooms and tell it that it is live."""
        conversations = self._join_rooms_patiently(tab)
        if conversations is not None:
            self._tell_ready(tab, conversations)
            self._presence.welcome(tab)

    def _bring_back_slowly(self, tabs: list[Tab], reason: str) -> None:
        """Not all at once, since all will then ask the same service."""
        metrics.RESYNCS.labels(reason).inc()
        for start in range(0, len(tabs), TABS_AT_ONCE):
            if start:
                time.sleep(TABS_PAUSE)
            for tab in tabs[start : start + TABS_AT_ONCE]:
                self._driver.spawn(self._bring_back_tab, tab, reason)

    def _bring_back_tab(self, tab: Tab, reason: str) -> None:
        conversations = self._join_rooms_patiently(tab)
        if conversations is not None:
            self._delivery.follow(conversations)
            tab.link.send_event(Outgoing.of("resync", {"reason": reason}))
            self._presence.refresh(tab.user_id)

    def _join_rooms_patiently(self, tab: Tab) -> Conversations | None:
        """However long messages_service takes; None when the tab is gone before."""
        pause = FIRST_PAUSE
        while tab.link.is_open:
            try:
                conversations = self._join_rooms(tab)
            except Problem as problem:
                log.info("rooms of user %s are not known yet: %s", tab.user_id, problem.detail)
                time.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311 - jitter
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return conversations if tab.link.is_open else None
        return None

    def _join_rooms(self, tab: Tab) -> Conversations:
        """Subscribe first and ask then, so that nothing falls between; raises Problem."""
        mine = user_topic(tab.user_id)
        self._channels.join(mine, tab.link)
        self._subscription.wait_for([mine], SUBSCRIBE_SECONDS)
        conversations = self._ask_and_place(tab)
        new = [
            name
            for name in map(conversation_topic, conversations.last_seqs)
            if not self._subscription.hears(name)
        ]
        if self._subscription.wait_for(new, SUBSCRIBE_SECONDS) and new:
            conversations = self._ask_and_place(tab)
        return conversations

    def _ask_and_place(self, tab: Tab) -> Conversations:
        """Have `tab` in the rooms of exactly its conversations; raises Problem."""
        asked = time.monotonic()
        conversations = self._roster.ask(tab.user_id)
        for id, last_seq in conversations.last_seqs.items():
            if id not in tab.left and not self._delivery.has_moved(tab.user_id, id, asked):
                self._delivery.enter(tab, id, last_seq, conversations.epoch)
        for id in tab.conversations - conversations.last_seqs.keys():
            if not self._delivery.has_moved(tab.user_id, id, asked):
                self._channels.leave(conversation_topic(id), tab.link)
        for id in tab.attending.keys() - conversations.last_seqs.keys():
            self._driver.spawn(self._attendance.end, tab, id)
        return conversations

    def _tell_ready(self, tab: Tab, conversations: Conversations) -> None:
        """`ready`: from here on every event comes; what the client lacks up to these seqs it asks
        of the log.
        """
        last_seqs = self._delivery.follow(conversations)
        data = {
            "conversations": {str(id): seq for id, seq in last_seqs.items()},
            "epoch": conversations.epoch,
        }
        tab.link.send_event(Outgoing.of("notice", {"type": "ready", "data": data}))

    def _disconnect(self, sid: str, reason: str = "") -> None:
        tab = self._tabs.remove(sid)
        if tab is not None:
            self._presence.part(tab)
            if tab.attending:
                self._driver.spawn(self._attendance.end, tab)

    def _log_connect_ack(self, sid: str, data: Any = None, *_: Any) -> None:
        tab = self._tabs.get(sid)
        if self._rate.allows(tab.user_id if tab is not None else ANONYMOUS):
            text = orjson.dumps(data, default=str)[:LONGEST_LOGGED].decode(errors="replace")
            log.info("connect-ack %s", text)

    def _take_typing(self, sid: str, data: Any = None, *_: Any) -> None:
        tab = self._tabs.get(sid)
        if tab is not None and isinstance(data, dict) and self._rate.allows(tab.user_id):
            self._typing.take(tab, data.get("conversation_id"))

    def _take_presence(self, sid: str, data: Any = None, *_: Any) -> Ack | None:
        tab = self._tabs.get(sid)
        if tab is None or not isinstance(data, dict) or not self._rate.allows(tab.user_id):
            return None
        if "user_ids" not in data:
            self._presence.take(tab, data.get("status"))
            return None
        try:
            return {"ok": True, "statuses": self._presence.statuses_of(tab, data["user_ids"])}
        except Problem as problem:
            return refusal(problem)

    def _take_text(self, link: Link, ack_id: int | None, args: list[Any]) -> None:
        def answer(outcome: Ack) -> None:
            send_ack(link, ack_id, outcome)

        if link.owner is not None:
            self._texts.take(link.owner.identity, args[0] if args else None, answer)
        else:
            answer(refusal(Unauthorized()))

    def _cut(self, tabs: list[Tab]) -> None:
        """Told as a refusal by the server, after which stock clients do not come back by
        themselves.
        """
        for tab in tabs:
            metrics.REVOKED.inc()
            tab.link.send(Packet(MESSAGE, "1"))
            tab.link.close(wait=False, reason=self._server.reason.SERVER_DISCONNECT)
