import { describe, expect, test } from "vitest";
import { State } from "../app/state.ts";
import { openHost, TextField } from "../testing/open-host.ts";

describe("State", () => {
  const counter = () =>
    openHost(() => {
      const field = new TextField();
      const state = new State<string[]>([]);
      field.submit(
        (text: string, items: string[]) => {
          items.push(text);
          return [items.join(","), items];
        },
        [field, state],
        [field, state],
      );
      state.change((items: string[]) => `changed ${items.length}`, state, field, { apiName: false });
    });

  test("is passed in and returned out, for each session apart", async () => {
    await using open = await counter();
    const [page, other] = [await open.page(), await open.page()];
    await page.run("l0", ["a", null]);
    await page.run("l0", ["b", null]);
    await other.run("l0", ["c", null]);
    expect([page.payload("b1"), other.payload("b1")]).toEqual(["a,b", "c"]);
  });

  test("tells the page when its content changed, not when it did not", async () => {
    await using open = await openHost(() => {
      const field = new TextField();
      const state = new State({ kept: 1 });
      field.submit((text: string) => [text, { kept: text === "same" ? 1 : 2 }], field, [field, state]);
    });
    const page = await open.page();
    await page.run("l0", ["same"]);
    expect(page.messages("stateChanged")).toEqual([]);
    await page.run("l0", ["other"]);
    expect(page.messages("stateChanged")).toEqual([{ type: "stateChanged", blockId: "b2" }]);
  });

  test("a change that is not returned does not stay, in the session or in the initial value", async () => {
    const initial = { items: ["first"] };
    await using open = await openHost(() => {
      const field = new TextField();
      const state = new State(initial);
      field.submit(
        (_: string, value: { items: string[] }) => String(value.items.push("more")),
        [field, state],
        field,
      );
    });
    initial.items.push("after the fact");
    const page = await open.page();
    await page.run("l0", ["x", null]);
    await page.run("l0", ["x", null]);
    expect(page.payload("b1")).toBe("2");
  });

  test("a function as initial value is called once for each session", async () => {
    let calls = 0;
    await using open = await openHost(() => {
      const field = new TextField();
      const state = new State(() => ++calls);
      field.submit((_: string, value: number) => String(value), [field, state], field);
    });
    const [page, other] = [await open.page(), await open.page()];
    await page.run("l0", ["x", null]);
    await page.run("l0", ["x", null]);
    await other.run("l0", ["x", null]);
    expect([page.payload("b1"), other.payload("b1")]).toEqual(["1", "2"]);
  });

  test("State larger than the server keeps is an error with what to do; the value before it stays", async () => {
    await using open = await openHost(
      () => {
        const field = new TextField();
        const state = new State("first");
        field.submit((_: string, value: string) => value.slice(0, 9), [field, state], field);
        field.submit((text: string) => text.repeat(500), field, state);
      },
      { maxStateLength: 1000 },
    );
    const page = await open.page();
    await page.run("l1", ["abc"]);
    expect(page.messages("status").at(-1)?.status).toMatchObject({
      stage: "failed",
      error: {
        code: "STATE_TOO_LARGE",
        message: "A session's State expected at most 1000 characters as text, got 1550.",
      },
    });
    await page.run("l0", ["x", null]);
    expect(page.payload("b1")).toBe("first");
  });

  test("two jobs of one session that change different States at once keep both changes", async () => {
    await using open = await openHost(() => {
      const field = new TextField();
      const [left, right] = [new State(0), new State(0)];
      field.submit((_: string, n: number) => n + 1, [field, left], left, { triggerMode: "multiple" });
      field.submit((_: string, n: number) => n + 1, [field, right], right, { triggerMode: "multiple" });
      field.change((_: string, a: number, b: number) => `${a} ${b}`, [field, left, right], field);
    });
    const page = await open.page();
    await Promise.all([page.run("l0", ["", null]), page.run("l1", ["", null])]);
    await page.run("l2", ["", null, null]);
    expect(page.payload("b1")).toBe("1 1");
  });

  test("holds what JSON cannot, and refuses what cannot leave the process", async () => {
    await using open = await openHost(() => {
      const field = new TextField();
      const state = new State<unknown>(new Map([["when", new Date(0)]]));
      field.submit(
        (text: string, value: unknown) => [text, text === "bad" ? { run: () => 1 } : value],
        [field, state],
        [field, state],
      );
      field.change(
        (_: string, value: unknown) => String(value instanceof Map && value.get("when") instanceof Date),
        [field, state],
        field,
      );
    });
    const page = await open.page();
    expect(page.end(await page.run("l0", ["bad", null]))).toMatchObject({
      error: { code: "STATE_NOT_SERIALIZABLE", message: expect.stringContaining("run") },
    });
    await page.run("l0", ["good", null]);
    await page.run("l1", ["", null]);
    expect(page.payload("b1")).toBe("true");
    expect(() => new State(() => () => 1).initialEncoded()).toThrow(
      expect.objectContaining({ code: "STATE_NOT_SERIALIZABLE" }),
    );
  });

  test("is dropped 60 minutes after the session closed, and onDelete hears of it; nothing is left", async () => {
    const deleted: unknown[] = [];
    await using open = await openHost(() => {
      const field = new TextField();
      const state = new State<string[]>([], { onDelete: (value) => void deleted.push(value) });
      field.submit((text: string) => [text, [text]], field, [field, state]);
    });
    const page = await open.page();
    await page.run("l0", ["kept"]);
    page.connection.closed();
    await open.clock.advance(59 * 60_000);
    expect(deleted).toEqual([]);
    await open.clock.advance(2 * 60_000);
    expect(deleted).toEqual([["kept"]]);
    expect([open.host.sessionCount, open.host.options.engine.sessions.size]).toEqual([0, 0]);
  });
});
