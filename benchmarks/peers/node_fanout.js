// The peer: socket.io on Node, with a Redis subscription that emits to the room.
const [port, redisUrl] = process.argv.slice(2);
const { createServer } = require("http");
const { Server } = require("socket.io");
const { createClient } = require("redis");

const http = createServer();
const io = new Server(http, { cors: { origin: "*" } });
io.on("connection", (socket) => {
  socket.join("1");
  socket.emit("notice", { type: "ready" });
});
(async () => {
  const client = createClient({ url: redisUrl });
  await client.connect();
  await client.subscribe("parley:conversation:1", (message) => {
    io.to("1").emit("event", JSON.parse(message));
  });
  http.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 });
})();
