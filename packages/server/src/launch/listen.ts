import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { VitrineError } from "@vitrine/core";

const firstPort = 7860;
const lastPort = 7959;

export interface Address {
  readonly host: string;
  /** Exactly this port; 0 for any that is free. @default the first free one from 7860 to 7959 */
  readonly port: number | undefined;
}

/**
 * Starts listening and returns the port.
 *
 * @throws PORT_IN_USE
 */
export async function listen(server: Server, { host, port }: Address): Promise<number> {
  if (port !== undefined) {
    if (await tryPort(server, { host, port })) return portOf(server);
    throw new VitrineError("PORT_IN_USE", {
      message: `Port ${port} of ${host} is in use by another program.`,
    });
  }
  for (let next = firstPort; next <= lastPort; next++) {
    if (await tryPort(server, { host, port: next })) return next;
  }
  throw new VitrineError("PORT_IN_USE", {
    message: `Every port of ${host} from ${firstPort} to ${lastPort} is in use.`,
  });
}

/** Whether the server listens now; false when the port is taken. */
function tryPort(
  server: Server,
  address: { readonly host: string; readonly port: number },
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(explain(error, address));
    };
    server.once("error", onError);
    server.listen(address, () => {
      server.off("error", onError);
      resolve(true);
    });
  });
}

function explain(
  error: NodeJS.ErrnoException,
  { host, port }: { readonly host: string; readonly port: number },
): Error {
  if (error.code === "EACCES") {
    const message = `This program may not listen on port ${port}.`;
    return new VitrineError("OPTION_INVALID", { message, hint: "Choose a port above 1023.", cause: error });
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    const message = `host expected an address of this machine, got "${host}".`;
    return new VitrineError("OPTION_INVALID", {
      message,
      hint: "Use 127.0.0.1, or 0.0.0.0 for every address.",
      cause: error,
    });
  }
  return error;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
