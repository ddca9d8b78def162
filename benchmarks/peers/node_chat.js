// The peer: a chat in one file with express, socket.io and better-sqlite3; no accounts, no rights.
//     node node_chat.js PORT DATABASE_FILE
const [port, file] = process.argv.slice(2);
const { createServer } = require("node:http");
const Database = require("better-sqlite3");
const express = require("express");
const { Server } = require("socket.io");

const database = new Database(file);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec(`CREATE TABLE message (
  id INTEGER PRIMARY KEY, content TEXT, author_id INTEGER, recipient_id INTEGER, date TEXT)`);
const insert = database.prepare(
  "INSERT INTO message (content, author_id, recipient_id, date) VALUES (?, ?, ?, ?)",
);

const app = express();
const server = createServer(app);
const io = new Server(server);

function store(content, authorId, recipientId) {
  const date = new Date().toISOString();
  const { lastInsertRowid: id } = insert.run(content, authorId, recipientId, date);
  const message = { id, content, author_id: authorId, recipient_id: recipientId, date };
  io.to(`user:${recipientId}`).to(`user:${authorId}`).emit("message", message);
  return message;
}

app.use(express.json());
app.get("/", (_, response) => response.send("ready"));
app.post("/api/messages", ({ body }, response) => {
  response.status(201).json(store(body.content, body.author_id, body.recipient_id));
});
io.on("connection", (socket) => {
  const userId = Number(socket.handshake.auth.token);
  socket.join(`user:${userId}`);
  socket.on("text", ({ room, msg }, acknowledge) => {
    acknowledge({ ok: true, message: store(msg, userId, room) });
  });
});
server.listen(Number(port), "127.0.0.1");
