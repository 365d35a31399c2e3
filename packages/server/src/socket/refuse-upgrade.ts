import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { VitrineError } from "@vitrine/core";
import { describeFailure } from "../http/errors.ts";

/** Answers an upgrade request with why it was refused; an upgrade left unanswered would hang. */
export function refuseUpgrade(socket: Duplex, reason: unknown): void {
  const { status, error } = describeFailure(reason);
  const body = JSON.stringify({ error });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 503 || status === 429 ? ["Retry-After: 5"] : []),
    "Connection: close",
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

/** Answers an upgrade request for an address where there is no socket. */
export function refuseUnknownUpgrade(socket: Duplex): void {
  socket.on("error", () => undefined);
  refuseUpgrade(socket, new VitrineError("NOT_FOUND", { message: "There is no socket at this address." }));
}
