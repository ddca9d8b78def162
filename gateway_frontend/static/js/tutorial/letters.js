/** `/front/messages/<id>`: new messages appear by Socket.IO, as an event named after the person's nickname. */

import { io } from "../../vendor/socket.io-client-4.8.4.esm.min.js";
import { call } from "../core/api.js";
import { clock, exactly, localizeTimes, rememberZone } from "../core/times.js";
import { fillFiles, tellOfBroken } from "../files/files.js";
import { fillPoll } from "../polls/poll.js";
import { initials, toneOf } from "../shell/titles.js";

const root = document.querySelector("[data-nickname]");
const list = root.querySelector(".lines");
const { nickname, person } = root.dataset;
const isTutorial = root.hasAttribute("data-tutorial");

rememberZone();
localizeTimes();
tellOfBroken(list);
listen();

async function listen() {
  const first = await call("GET", "/front/realtime-ticket");
  let unused = first.token;
  const socket = io(first.url, {
    transports: ["websocket", "polling"],
    tryAllTransports: true,
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

function show(message) {
  if (message.id && list.querySelector(`[data-id="${Number(message.id)}"]`)) return;
  if (![String(message.recipient_id), String(message.author_id)].includes(person)) return;
  list.querySelector(".nothing")?.remove();
  const element = document
    .getElementById("message-template")
    .content.firstElementChild.cloneNode(true);
  const date = new Date(message.date);
  element.dataset.id = message.id;
  element.querySelector(".avatar").classList.add(toneOf(message.author.id));
  element.querySelector(".avatar").textContent = initials(message.author.name);
  element.querySelector(".name").textContent = message.author.name;
  element.querySelector(".body").innerHTML = message.html; // made and sanitized by messages_service
  for (const time of element.querySelectorAll("time")) {
    time.dateTime = message.date;
    time.textContent = clock(date);
    time.title = exactly(date);
  }
  if (message.recipient)
    element.querySelector(".name").after(" ", recipient(message.recipient.name));
  fillFiles(element, message.attachments);
  fillPoll(element, message.poll, null); // nobody in particular reads this page: it shows the votes
  list.append(element);
}

function recipient(name) {
  const element = document.createElement("span");
  element.className = "to";
  element.textContent = `to ${name}`;
  return element;
}
