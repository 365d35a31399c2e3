import { isIPv6 } from "node:net";
import type { HeaderReader } from "../http/same-origin.ts";
import { isLoopbackAddress } from "../http/same-origin.ts";

export interface AddressSource {
  /** The other end of the connection: a visitor, or the nearest proxy. */
  readonly remoteAddress: string | undefined;
  readonly header: HeaderReader;
  /** Proxies that stand before the server, each of which adds to `X-Forwarded-For`. */
  readonly trustedProxies: number;
}

/**
 * Whom a request is counted for; undefined when that cannot be known. What `X-Forwarded-For` says counts only as far as
 * trusted proxies wrote it: what stands further left may have come from the visitor. An address of this machine is
 * nobody's, as it is that of a proxy on it.
 */
export function countedAddress({ remoteAddress, header, trustedProxies }: AddressSource): string | undefined {
  const forwarded = (header("x-forwarded-for") ?? "").split(",").map((part) => part.trim());
  const address = trustedProxies === 0 ? remoteAddress : forwarded.at(-trustedProxies);
  if (address === undefined || address === "" || isLoopbackAddress(address)) return undefined;
  return networkOf(address);
}

/** One visitor has a whole /64 of IPv6 addresses. */
function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address.slice(0, 100);
  const [head = "", tail] = address.toLowerCase().split("%", 1)[0]?.split("::") ?? [];
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
