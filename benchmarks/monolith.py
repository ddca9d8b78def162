"""The peer: the tutorial's chat in one file, Flask's own server, SQLite and Socket.IO.

    python -m benchmarks.monolith PORT DATABASE_FILE

It keeps the habits of a first app on purpose: SQLite as it comes, a page that asks the app's own
API over HTTP, an event for everybody named after the recipient. It has no accounts and no rights.
"""

import json
import sys
from datetime import UTC, datetime
from typing import Any

import requests
from flask import Flask, jsonify, redirect, render_template_string, request
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import or_

PAGE = """<!doctype html><title>Messages</title>
<h1>Messages of {{ person.name }}</h1>
<table>
{% for m in messages %}
  <tr><td>{{ m.date }}</td><td>{{ m.author.name }}</td><td>{{ m.recipient.name }}</td>
    <td>{{ m.content }}</td></tr>
{% endfor %}
</table>
<form id="say"><input name="recipient_id"><input name="content"><button>Send</button></form>
"""
PEOPLE = """<!doctype html><title>People</title>
<ul>{% for p in people %}<li><a href="/front/messages/{{ p.id }}">{{ p.name }}</a></li>{% endfor %}
</ul>
"""
db = SQLAlchemy()
sockets = SocketIO(async_mode="threading")


class User(db.Model):  # type: ignore[name-defined,misc]
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    email = db.Column(db.String)
    nickname = db.Column(db.String, unique=True)

    def as_dict(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "email": self.email, "nickname": self.nickname}


class Message(db.Model):  # type: ignore[name-defined,misc]
    id = db.Column(db.Integer, primary_key=True)
    content = db.Column(db.Text)
    date = db.Column(db.DateTime, default=lambda: datetime.now(UTC))
    author_id = db.Column(db.ForeignKey("user.id"))
    recipient_id = db.Column(db.ForeignKey("user.id"))
    author = db.relationship(User, foreign_keys=author_id)
    recipient = db.relationship(User, foreign_keys=recipient_id)

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "content": self.content,
            "date": self.date.isoformat(),
            "author_id": self.author_id,
            "recipient_id": self.recipient_id,
            "author": self.author.as_dict(),
            "recipient": self.recipient.as_dict(),
        }


def create_app(database_file: str) -> Flask:
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{database_file}"
    db.init_app(app)
    sockets.init_app(app)
    with app.app_context():
        db.create_all()
    _add_api(app)
    _add_pages(app)
    return app


def _add_api(app: Flask) -> None:
    @app.post("/api/users")
    def create_user() -> Any:
        user = User(**{name: request.json[name] for name in ("name", "email", "nickname")})
        db.session.add(user)
        db.session.commit()
        return user.as_dict(), 201

    @app.get("/api/users")
    def list_users() -> Any:
        return jsonify([user.as_dict() for user in User.query.order_by(User.id)])

    @app.get("/api/users/<int:user_id>")
    def show_user(user_id: int) -> Any:
        return db.get_or_404(User, user_id).as_dict()

    @app.post("/api/messages")
    def create_message() -> Any:
        fields = ("content", "author_id", "recipient_id")
        message = Message(**{name: request.json[name] for name in fields})
        db.session.add(message)
        db.session.commit()
        stored = message.as_dict()
        sockets.emit(message.recipient.nickname, json.dumps(stored))
        return stored, 201

    @app.get("/api/users/<int:user_id>/messages")
    def list_messages(user_id: int) -> Any:
        concerned = or_(Message.author_id == user_id, Message.recipient_id == user_id)
        return jsonify([m.as_dict() for m in Message.query.filter(concerned).order_by(Message.id)])


def _add_pages(app: Flask) -> None:
    def ask(path: str) -> Any:
        return requests.get(request.host_url.rstrip("/") + path, timeout=10).json()

    @app.get("/")
    def home() -> Any:
        return redirect("/front/users")

    @app.get("/front/users")
    def people_page() -> str:
        return render_template_string(PEOPLE, people=ask("/api/users"))

    @app.get("/front/messages/<int:user_id>")
    def messages_page(user_id: int) -> str:
        person = ask(f"/api/users/{user_id}")
        return render_template_string(
            PAGE, person=person, messages=ask(f"/api/users/{user_id}/messages")
        )


if __name__ == "__main__":
    sockets.run(
        create_app(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), allow_unsafe_werkzeug=True
    )
