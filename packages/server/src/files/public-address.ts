import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { VitrineError } from "@vitrine/core";
import ipaddr from "ipaddr.js";

/** Gives every address of a name. */
export type ResolveHost = (name: string) => Promise<readonly LookupAddress[]>;

export interface AddressPolicy {
  /**
   * Names that may be fetched from although their addresses are not public, such as `"files.intranet.example"` or
   * `"127.0.0.1:9000"`; without a port they stand for every port.
   *
   * @default none
   */
  readonly allowedFetchHosts?: readonly string[];
  /** @default the system's resolver */
  readonly resolveHost?: ResolveHost;
}

/** Metadata of a large cloud, at an address that is public in every table. */
const metadataAddresses: ReadonlySet<string> = new Set(["168.63.129.16"]);

/** All addresses that can be routed publicly lie in it. */
const publicIPv6 = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * The addresses a request for `url` may connect to, each of them looked at. They are the ones to use: asking for the
 * name a second time could give others.
 *
 * @throws FILE_FETCH_REFUSED unless all are addresses of the public internet, or the policy names the host. Names that
 * do not exist are refused in the same words, so that nobody learns which names an inner network has.
 */
export async function checkedAddresses(url: URL, policy: AddressPolicy): Promise<readonly LookupAddress[]> {
  assertFetchable(url);
  const isAllowed = isAllowedHost(url, policy.allowedFetchHosts ?? []);
  if (!isAllowed && !isOrdinaryPort(url)) throw refused(`port ${url.port} is not one files are served from`);
  const addresses = await addressesOf(url.hostname.replace(/^\[|\]$/g, ""), policy.resolveHost ?? resolve);
  const isReachable = addresses.length > 0 && (isAllowed || addresses.every(isPublic));
  if (!isReachable) throw refused("the host has no address on the public internet");
  return addresses;
}

export function refused(reason: string): VitrineError {
  return new VitrineError("FILE_FETCH_REFUSED", { message: `The file was not fetched: ${reason}.` });
}

function assertFetchable(url: URL): void {
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw refused("expected an http or https address");
  if (url.username !== "" || url.password !== "") throw refused("the address holds a name or a password");
}

function isAllowedHost(url: URL, allowed: readonly string[]): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const names = [url.hostname, `${url.hostname}:${port}`];
  return allowed.some((host) => names.includes(host.toLowerCase()));
}

/** Lower ports but for the web's own belong to other protocols. */
function isOrdinaryPort({ port }: URL): boolean {
  return port === "" || port === "80" || port === "443" || Number(port) >= 1024;
}

async function addressesOf(host: string, resolveHost: ResolveHost): Promise<readonly LookupAddress[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  return resolveHost(host).catch(() => []);
}

function resolve(name: string): Promise<readonly LookupAddress[]> {
  return lookup(name, { all: true });
}

function isPublic({ address }: LookupAddress): boolean {
  if (!ipaddr.isValid(address) || metadataAddresses.has(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(publicIPv6);
}
