"""Files dropped and pasted by script, with the events that browsers send."""

import base64
import io

from PIL import Image
from playwright.sync_api import FilePayload, Locator

MAKE_TRANSFER = """files => {
  const transfer = new DataTransfer();
  for (const { name, type, data } of files) {
    const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  return transfer;
}"""
DRAG = """(element, [type, files]) => {
  const init = { bubbles: true, cancelable: true, dataTransfer: MAKE(files) };
  element.dispatchEvent(new DragEvent(type, init));
}""".replace("MAKE", f"({MAKE_TRANSFER})")
PASTE = """(element, files) => {
  const init = { bubbles: true, cancelable: true, clipboardData: MAKE(files) };
  element.dispatchEvent(new ClipboardEvent("paste", init));
}""".replace("MAKE", f"({MAKE_TRANSFER})")


def picture(name: str = "garden.png", size: tuple[int, int] = (800, 500)) -> FilePayload:
    """A file as Playwright's file choosers take it."""
    drawn = io.BytesIO()
    Image.new("RGB", size, (60, 120, len(name) * 9 % 256)).save(drawn, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": drawn.getvalue()}


def text_file(name: str = "notes.txt", content: str = "Buy leeks.") -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": content.encode()}


def drag(place: Locator, *files: FilePayload, type_: str = "dragenter") -> None:
    place.evaluate(DRAG, [type_, [_plain(file) for file in files]])


def drop(place: Locator, *files: FilePayload) -> None:
    for type_ in ("dragenter", "dragover", "drop"):
        drag(place, *files, type_=type_)


def paste(place: Locator, *files: FilePayload) -> None:
    place.evaluate(PASTE, [_plain(file) for file in files])


def _plain(file: FilePayload) -> dict[str, str]:
    data = base64.b64encode(file["buffer"]).decode()
    return {"name": file["name"], "type": file["mimeType"], "data": data}
