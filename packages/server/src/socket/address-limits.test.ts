import { expect, test } from "vitest";
import { openSite, sendRaw, upgrade } from "../testing/open-site.ts";
import { PageClient } from "../testing/page-client.ts";
import { AddressLimits } from "./address-limits.ts";
import { countedAddress } from "./client-address.ts";

const from = (address: string) => ({ headers: { "x-forwarded-for": address } });

test("one address may have so many pages open; others notice nothing, and a page that closes makes room", async () => {
  await using site = await openSite(undefined, {
    trustedProxies: 1,
    socketLimits: { maxSocketsPerAddress: 2 },
  });
  const first = await PageClient.open(site.url, from("203.0.113.7"));
  await PageClient.open(site.url, from("203.0.113.7"));
  const refused = await sendRaw(site.port, upgrade("/socket", from("203.0.113.7").headers));
  expect(refused.status).toBe(429);
  expect(refused.headers["retry-after"]).toBe("5");
  expect(refused.body).toContain('"code":"ADDRESS_LIMIT"');
  const other = await PageClient.open(site.url, from("203.0.113.8"));
  expect(await other.run("l0", [4])).toBe(8);
  await first.close();
  const again = await untilOpen(() => PageClient.open(site.url, from("203.0.113.7")), site.port);
  expect(await again.run("l0", [5])).toBe(10);
});

/** The server hears of a closed socket a moment after the page does. */
async function untilOpen(open: () => Promise<PageClient>, port: number): Promise<PageClient> {
  while ((await sendRaw(port, upgrade("/socket", from("203.0.113.7").headers))).status === 429);
  // The socket that was tried out goes the same way.
  for (;;) {
    const page = await open().catch(() => undefined);
    if (page) return page;
  }
}

test("pages cannot be opened and closed without end to push out the sessions of others", async () => {
  await using site = await openSite(undefined, {
    trustedProxies: 1,
    socketLimits: { openBurst: 3, opensPerSecond: 0.001 },
  });
  for (let opened = 0; opened < 3; opened++)
    await (await PageClient.open(site.url, from("203.0.113.7"))).close();
  const refused = await sendRaw(site.port, upgrade("/socket", from("203.0.113.7").headers));
  expect(refused.status).toBe(429);
});

test("without trusted proxies a visitor's own X-Forwarded-For counts for nothing, nor does an address of this machine", async () => {
  await using site = await openSite(undefined, { socketLimits: { maxSocketsPerAddress: 1 } });
  for (let opened = 0; opened < 3; opened++) await PageClient.open(site.url, from("203.0.113.7"));
});

const source = (remoteAddress: string, forwarded?: string, trustedProxies = 0) => ({
  remoteAddress,
  header: (name: string) => (name === "x-forwarded-for" ? forwarded : undefined),
  trustedProxies,
});

test.each([
  ["the other end of the connection", source("198.51.100.1"), "198.51.100.1"],
  ["an IPv4 address in IPv6 clothes", source("::ffff:198.51.100.1"), "198.51.100.1"],
  ["this machine", source("127.0.0.1"), undefined],
  ["this machine by IPv6", source("::1"), undefined],
  ["what the visitor claims", source("198.51.100.1", "203.0.113.9"), "198.51.100.1"],
  ["what one trusted proxy wrote", source("10.0.0.1", "6.6.6.6, 203.0.113.9", 1), "203.0.113.9"],
  ["what the first of two wrote", source("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", 2), "203.0.113.9"],
  ["a proxy that wrote nothing", source("10.0.0.1", undefined, 1), undefined],
  ["fewer proxies than were told", source("10.0.0.1", "203.0.113.9", 2), undefined],
  ["a network of IPv6", source("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64"],
  ["the same, written short", source("2001:0DB8:1:2::6%eth0"), "2001:db8:1:2::/64"],
  ["one with zeros in it", source("2001:db8::1"), "2001:db8:0:0::/64"],
])("%s is counted as it should be", (_, request, expected) => {
  expect(countedAddress(request)).toBe(expected);
});

test("addresses that went are forgotten when they may open as much as a new one", () => {
  const limits = new AddressLimits({ maxSocketsPerAddress: 10, opensPerSecond: 1, openBurst: 2 });
  const leave = limits.open("a", 0);
  for (let index = 0; index < 1000; index++) limits.open(`visitor ${index}`, 0)();
  limits.sweep(1500);
  expect(limits.size).toBe(1001);
  limits.sweep(2500);
  expect(limits.size).toBe(1);
  leave();
  leave();
  limits.sweep(5000);
  expect(limits.size).toBe(0);
});
