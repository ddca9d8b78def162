/** `/front/messages/<id>`: new messages appear by Socket.IO, as an event named after the person's nickname. */

import { io } from "../../vendor/socket.io-client-4.8.4.esm.min.js";
import { fillAuthor, fillTimes } from "../conversation/message-head.js";
import { call } from "../core/api.js";
import { draw, find, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { localizeTimes, rememberZone } from "../core/times.js";
import { fillFiles, watchBrokenFiles } from "../files/message-files.js";
import { fillPoll } from "../polls/poll-card.js";

const root = one(document, "[data-nickname]");
const list = one(root, ".lines");
const { nickname = "", person } = root.dataset;
const isTutorial = root.hasAttribute("data-tutorial");

rememberZone();
localizeTimes();
watchBrokenFiles(list);
listen();

async function listen() {
  const first = await call("GET", "/front/realtime-ticket");
  let unused = first.token;
  const socket = io(first.url, {
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    /** @param {(auth: object) => void} give */
    async auth(give) {
      const token = unused ?? (await call("GET", "/front/realtime-ticket").catch(() => ({}))).token;
      unused = null;
      give(token ? { token } : {});
    },
  });
  socket.on("connect", () => socket.emit("connect-ack", { data: "connected" }));
  if (isTutorial) socket.on(nickname, (payload) => show(JSON.parse(payload)));
  else
    socket.on("event", ({ type, data }) => {
      if (type === "message.created") show(data);
    });
}

/** @param {Message} message */
function show(message) {
  if (message.id && find(list, `[data-id="${Number(message.id)}"]`)) return;
  if (![String(message.recipient_id), String(message.author_id)].includes(person ?? "")) return;
  find(list, ".nothing")?.remove();
  const element = draw("message-template", { ":scope": { dataset: { id: message.id } } });
  fillAuthor(element, message.author);
  fillTimes(element, new Date(message.date));
  one(element, ".body").innerHTML = message.html; // made and sanitized by messages_service
  if (message.recipient) one(element, ".name").after(" ", drawRecipient(message.recipient.name));
  fillFiles(element, message.attachments);
  fillPoll(element, message.poll, null); // this page belongs to no person: it shows the votes
  list.append(element);
}

/** @param {string} name */
function drawRecipient(name) {
  const element = document.createElement("span");
  element.className = "to";
  element.textContent = _("to %(name)s", { name });
  return element;
}
