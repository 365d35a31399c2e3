// The floor: what `ws` alone does for the same traffic.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { answerUsage } from "./server-process.ts";
import { tokenCount, tokenEveryMs } from "./token-stream.ts";

const http = createServer();
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
sockets.on("connection", (socket) => {
  socket.on("message", (data) => {
    const text = String(data);
    if (text !== "stream") return socket.send(text);
    let sent = 0;
    const timer = setInterval(() => {
      socket.send(`["token ${sent}"]`);
      if (++sent === tokenCount) clearInterval(timer);
    }, tokenEveryMs);
  });
});
http.listen(0, "127.0.0.1", () => {
  const address = http.address();
  process.send?.(typeof address === "object" ? address?.port : 0);
});
answerUsage(() => ({ sockets: sockets.clients.size }));
