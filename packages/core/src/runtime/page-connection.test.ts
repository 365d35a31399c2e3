import { describe, expect, test } from "vitest";
import { protocolVersion } from "../protocol/client-messages.ts";
import { oneListener } from "../testing/open-host.ts";
import { settle } from "../testing/manual-clock.ts";
import { TestPage } from "../testing/test-page.ts";

const hello = { type: "hello", version: protocolVersion };

describe("a connection", () => {
  test("says hello once: a second one opens no further session", async () => {
    await using open = await oneListener((text) => text);
    const page = await open.page();
    const { session } = page.welcome ?? {};
    for (let count = 0; count < 5; count++) await page.say(hello);
    expect(open.host.census().sessions).toBe(1);
    expect(page.welcome?.session).toEqual(session);
    expect(page.messages("refused").map(({ error }) => error)).toMatchObject(
      Array.from({ length: 5 }, () => ({
        code: "PROTOCOL_ORDER",
        message: "This connection has said hello.",
      })),
    );
    await page.run("l0", ["still here"]);
    expect(page.payload("b2")).toBe("still here");
  });

  test("of a page with another app is given this one, unless it only goes on where it was", async () => {
    await using open = await oneListener((text) => text);
    const { config } = open.host;
    const helloWith = async (more: object) => {
      const page = new TestPage(open.host);
      await page.say({ ...hello, ...more });
      return page.welcome;
    };
    const first = await helloWith({ app: config.fingerprint });
    expect(first).not.toHaveProperty("config");
    expect(await helloWith({})).not.toHaveProperty("config");
    expect(await helloWith({ app: "another" })).toMatchObject({ outcome: "new", config });
    const session = first?.session;
    expect(await helloWith({ app: "another", session })).toMatchObject({ outcome: "reset", config });
    const resumed = await helloWith({ app: "another", session, after: 0 });
    expect(resumed).toMatchObject({ outcome: "resumed" });
    expect(resumed).not.toHaveProperty("config");
  });

  test("that is gone before its hello was answered leaves no session open", async () => {
    await using open = await oneListener((text) => text);
    const page = new TestPage(open.host);
    page.connection.receive(JSON.stringify(hello));
    page.connection.closed();
    await settle();
    expect(open.host.census().connections).toBe(0);
    await open.clock.advance(61 * 60_000);
    expect(open.host.census()).toMatchObject({ sessions: 0, logs: 0, leaveTimers: 0 });
  });

  test("that lost its session to a newer one is heard no more", async () => {
    await using open = await oneListener((text) => text);
    const page = await open.page();
    const older = page.connection;
    page.connect();
    await page.say({ ...hello, session: page.welcome?.session, after: page.lastSeq });
    older.receive(JSON.stringify({ type: "run", jobId: "from-older", listenerId: "l0", payloads: ["x"] }));
    older.receive(JSON.stringify({ type: "ack", seq: 1_000_000 }));
    await settle();
    expect(page.messages("output")).toEqual([]);
  });

  test("with another identity does not take a session over, whatever it knows", async () => {
    await using open = await oneListener((text) => text);
    const owner = new TestPage(open.host, { identity: "ada" });
    await owner.say(hello);
    const thief = new TestPage(open.host, { identity: "eve" });
    await thief.say({ ...hello, session: owner.welcome?.session, after: 0 });
    expect(thief.welcome).toMatchObject({ outcome: "new", reason: "SESSION_UNKNOWN" });
    expect(thief.welcome?.session.id).not.toBe(owner.welcome?.session.id);
    expect(owner.closed).toBeUndefined();
    await owner.run("l0", ["mine"]);
    expect(owner.payload("b2")).toBe("mine");
    expect(thief.messages("output")).toEqual([]);
  });
});

describe("what a visitor sends", () => {
  test("with a key that would reach into every object is refused as a payload", async () => {
    await using open = await oneListener((text) => text);
    const page = await open.page();
    page.connection.receive(
      `{"type":"run","jobId":"polluting","listenerId":"l0","payloads":[{"__proto__":{"polluted":true}}]}`,
    );
    await settle();
    const [status] = page.messages("status");
    expect(status?.status).toMatchObject({ stage: "failed", error: { code: "PAYLOAD_INVALID" } });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(open.logged).toEqual([]);
  });

  test("does not come back in full with the words that refuse it", async () => {
    await using open = await oneListener((text) => text);
    const page = await open.page();
    await page.say({ type: "x".repeat(100_000) });
    await page.run("l0", [["y".repeat(100_000)]]);
    await page.run("l0", ["z".repeat(100_001)]);
    for (const { message } of page.frames) expect(JSON.stringify(message).length).toBeLessThan(1000);
  });

  test("fills no queue for others: a session's waiting jobs are bounded", async () => {
    await using open = await oneListener((text) => (text === "stay" ? new Promise(() => undefined) : text), {
      triggerMode: "multiple",
    });
    const [greedy, other] = [await open.page(), await open.page()];
    const jobs = [];
    for (let count = 0; count < 300; count++) jobs.push(await greedy.run("l0", ["stay"]));
    expect(greedy.end(jobs[0]!)).toBeUndefined();
    expect(greedy.end(jobs[299]!)).toMatchObject({ stage: "failed", error: { code: "QUEUE_FULL" } });
    const job = await other.run("l0", ["quick"]);
    expect(other.end(job)).toBeUndefined();
    expect(other.statuses(job)).toMatchObject([{ stage: "queued", position: 1 }]);
  });
});

describe("a session that is over", () => {
  test("is told nothing more by a function that goes on, and keeps nothing", async () => {
    let talk: (() => void) | undefined;
    await using open = await oneListener(
      (_text, { log }) => {
        talk = () => log.info("still talking");
        return new Promise(() => undefined);
      },
      {},
      { sessionCapacity: 1 },
    );
    const page = await open.page();
    await page.run("l0", ["x"]);
    page.connection.closed();
    await settle();
    // Takes the only place.
    await open.page();
    await open.clock.advance(5000);
    talk?.();
    await settle();
    expect(open.host.census()).toMatchObject({ sessions: 1, logs: 1, jobs: 0 });
  });
});
