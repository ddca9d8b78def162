"""Previews of the links in the demo.

No such pages are there to be fetched, and the demo must not need the internet. So this writes into
the database of messages_service.
"""

from sqlalchemy import Connection, column, create_engine, insert, select, table

from deploy.local.demo_pictures import paint
from deploy.local.demo_story import PREVIEWS, LinkedPage
from servicekit.pictures import Pictures

MESSAGES = table("messages", column("id"), column("content"))
PREVIEW = table(
    "previews",
    *(column(name) for name in ("id", "message_id", "position", "url", "site_name", "title")),
    *(column(name) for name in ("description", "picture_width", "picture_height")),
)
PICTURE = table("preview_pictures", column("preview_id"), column("content_type"), column("data"))
WIDTH, HEIGHT = 480, 320


def add_previews(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        for page in PREVIEWS:
            linking = select(MESSAGES.c.id).where(MESSAGES.c.content.contains(page.url))
            for message_id in connection.execute(linking).scalars().all():
                _add(connection, message_id, page)
    engine.dispose()


def _add(connection: Connection, message_id: int, page: LinkedPage) -> None:
    known = select(PREVIEW.c.id).where(PREVIEW.c.message_id == message_id)
    if connection.execute(known).first():
        return
    preview = {
        "message_id": message_id,
        "position": 0,
        "url": page.url,
        "site_name": page.site_name,
        "title": page.title,
        "description": page.description,
        "picture_width": WIDTH,
        "picture_height": HEIGHT,
    }
    made = connection.execute(insert(PREVIEW).returning(PREVIEW.c.id), preview).scalar_one()
    painted = paint(page.picture)
    picture = Pictures().look_at([painted], len(painted), lambda _: None).picture
    assert picture is not None
    small = {"content_type": picture.content_type, "data": picture.thumbnail}
    connection.execute(insert(PICTURE), {"preview_id": made, **small})
