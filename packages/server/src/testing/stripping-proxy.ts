import { createServer, request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { once } from "node:events";

export interface Proxy {
  readonly port: number;
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

interface ProxyOptions {
  /** Port of the server behind it. */
  readonly target: number;
  /** What is taken off the front of every path: `/a/b`. */
  readonly prefix: string;
  /** Changes the headers on their way, as the proxy's configuration would. */
  readonly forward?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders;
}

/** A reverse proxy that serves what stands behind it below a prefix, which that server never hears of. */
export async function openProxy({
  target,
  prefix,
  forward = (headers) => headers,
}: ProxyOptions): Promise<Proxy> {
  const strip = (incoming: IncomingMessage): string | undefined =>
    incoming.url?.startsWith(`${prefix}/`) ? incoming.url.slice(prefix.length) : undefined;
  const server = createServer((incoming, outgoing) => {
    const path = strip(incoming);
    if (path === undefined) return void outgoing.writeHead(404).end("not of the app");
    const onward = request(
      { port: target, host: "127.0.0.1", method: incoming.method, path, headers: forward(incoming.headers) },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(onward);
  });
  server.on("upgrade", (incoming, socket, head) => {
    const path = strip(incoming);
    if (path === undefined) return socket.destroy();
    const headers = Object.entries(forward(incoming.headers)).map(
      ([name, value]) => `${name}: ${String(value)}\r\n`,
    );
    const onward = connect(target, "127.0.0.1", () => {
      onward.write(`GET ${path} HTTP/1.1\r\n${headers.join("")}\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    for (const end of [socket, onward])
      end.on("error", () => [socket, onward].forEach((one) => one.destroy()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}${prefix}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
