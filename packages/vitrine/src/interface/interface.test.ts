import { describe, expect, test } from "vitest";
import { openApp } from "../testing/index.ts";
import {
  Blocks,
  Interface,
  Number as NumberComponent,
  Radio,
  Slider,
  State,
  Textbox,
  UserError,
} from "../index.ts";

describe("Interface", () => {
  test("runs the function on Submit, labels inputs after its parameters, and clears both sides", async () => {
    await using app = await openApp(
      new Interface(
        (name: string, intensity: number) => `Hello, ${name}${"!".repeat(intensity)}`,
        ["text", new Slider({ minimum: 1, maximum: 5, step: 1 })],
        "text",
      ),
    );
    const page = await app.openPage();
    await page.set("name", "Ada");
    await page.set("intensity", 3);
    await page.click("Submit");
    expect(page.value("output")).toBe("Hello, Ada!!!");
    await page.click("Clear");
    expect([page.value("name"), page.value("intensity"), page.value("output")]).toEqual(["", 1, ""]);
  });

  test("a label given wins over the parameter's name, several outputs are numbered", () => {
    const [input, first, second] = [new Textbox({ label: "Given" }), new Textbox(), new Textbox()];
    new Interface((name) => [name, name], [input], [first, second]);
    expect([input, first, second].map((component) => component.displayName)).toEqual([
      "Given",
      "output 0",
      "output 1",
    ]);
  });

  test("Enter in a Textbox submits as the button does", async () => {
    await using app = await openApp(new Interface((text) => text.toUpperCase(), "text", "text"));
    const page = await app.openPage();
    await page.set("text", "quiet");
    await page.emit("text", "submit");
    expect(page.value("output")).toBe("QUIET");
  });

  test("live: runs on every change and has no Submit", async () => {
    await using app = await openApp(
      new Interface((n) => n * 2, new NumberComponent({ label: "n" }), "number", { live: true }),
    );
    const page = await app.openPage();
    await page.set("n", 21);
    expect(page.value("output")).toBe(42);
    await expect(page.click("Submit")).rejects.toThrow(/no block "Submit"/);
  });

  test("output only: Generate; live, it runs when the page opens", async () => {
    let calls = 0;
    const fn = () => String(++calls);
    await using once = await openApp(new Interface(fn, null, "text"));
    const page = await once.openPage();
    expect(page.value("output")).toBe("");
    await page.click("Generate");
    expect(page.value("output")).toBe("1");
    await using live = await openApp(new Interface(fn, null, "text", { live: true }));
    expect((await live.openPage()).value("output")).toBe("2");
  });

  test("input only: the function's result goes nowhere", async () => {
    const got: string[] = [];
    await using app = await openApp(new Interface((text) => void got.push(text), "text", null));
    const page = await app.openPage();
    await page.set("text", "kept");
    await page.click("Submit");
    expect(got).toEqual(["kept"]);
  });

  test("unified: the same component is input and output, and stays editable", async () => {
    const box = new Textbox({ label: "Text" });
    await using app = await openApp(new Interface((text) => `${text}!`, [box], [box]));
    const page = await app.openPage();
    await page.set(box, "a");
    await page.click("Submit");
    await page.click("Submit");
    expect(page.value(box)).toBe("a!!");
    expect(app.host.config.root).toMatchObject({ children: [{ type: "column" }] });
  });

  test("neither inputs nor outputs, or an unknown shortcut, is told at once", () => {
    expect(() => new Interface(() => undefined, null, null)).toThrow(
      expect.objectContaining({ code: "INTERFACE_SHAPE" }),
    );
    expect(() => new Interface((() => "") as never, "texxt" as "text", "text")).toThrow(
      expect.objectContaining({ code: "UNKNOWN_SHORTCUT", message: expect.stringContaining("text") }),
    );
  });

  test("State: exactly one on each side, and the one of the inputs counts", async () => {
    const remember = (message: string, history: string[]) => [history.join(), [...history, message]];
    expect(() => new Interface(remember as never, ["text", new State<string[]>([])], ["text"])).toThrow(
      expect.objectContaining({ code: "INTERFACE_STATE" }),
    );
    expect(
      () => new Interface((() => []) as never, [new State(1), new State(2)], ["text", new State(1)]),
    ).toThrow(/got 2 and 1/);
    await using app = await openApp(
      new Interface(
        (message: string, history: string[]) => [history.join(), [...history, message]],
        ["text", new State<string[]>(["first"])],
        ["text", new State<string[]>()],
      ),
    );
    const page = await app.openPage();
    await page.set("message", "a");
    await page.click("Submit");
    await page.click("Submit");
    expect(page.value("output")).toBe("first,a");
    await page.click("Clear");
    await page.set("message", "b");
    await page.click("Submit");
    expect(page.value("output")).toBe("first");
  });

  test('the shortcut "state" begins undefined', async () => {
    await using app = await openApp(
      new Interface(
        (text: string, seen: unknown) => [String(seen), text],
        ["text", "state"],
        ["text", "state"],
      ),
    );
    const page = await app.openPage();
    await page.click("Submit");
    expect(page.value("output")).toBe("undefined");
  });

  test("examples fill the inputs; with the wrong number of values they are refused when the app is built", async () => {
    await using app = await openApp(
      new Interface((text, n) => text.repeat(n), ["text", "number"], "text", {
        examples: [
          ["ab", 2],
          ["c", 3],
        ],
      }),
    );
    const page = await app.openPage();
    await page.emit("Examples", "select", { index: 1 });
    expect([page.value("text"), page.value("n")]).toEqual(["c", 3]);
    expect(
      () => new Interface((a, b) => a + b, ["text", "text"], "text", { examples: [["only one"]] }),
    ).toThrow(/Example 0 expected 2 values/);
  });

  test("a generator has Stop, which cancels it; another function has none", async () => {
    await using app = await openApp(
      new Interface(
        async function* (text, { signal }) {
          yield `${text}…`;
          await new Promise((_, reject) =>
            signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
          );
        },
        "text",
        "text",
      ),
    );
    const page = await app.openPage();
    await page.set("text", "wait");
    page.start("Submit");
    await page.waitUntil(() => page.value("output") === "wait…");
    await page.click("Stop");
    expect([page.runningJobs, page.value("output")]).toEqual([0, "wait…"]);
    await using plain = await openApp(new Interface((text) => text, "text", "text"));
    await expect((await plain.openPage()).click("Stop")).rejects.toThrow(/no block "Stop"/);
  });

  test("a UserError is a toast and stands under the output; other visitors notice nothing", async () => {
    await using app = await openApp(
      new Interface(
        (text) => {
          if (text === "bad") throw new UserError("Not that.");
          return text;
        },
        "text",
        "text",
      ),
    );
    const [page, other] = [await app.openPage(), await app.openPage()];
    await page.set("text", "bad");
    await page.click("Submit");
    expect([page.error("output"), page.toasts]).toEqual(["Not that.", ["Not that."]]);
    expect(other.toasts).toEqual([]);
    await page.set("text", "good");
    await page.click("Submit");
    expect([page.value("output"), page.error("output")]).toEqual(["good", undefined]);
  });

  test("components constructed inside an outer build callback move into the Interface", () => {
    const box = new Textbox({ render: false });
    const outer = new Blocks(() => {
      box.render();
      new Interface((op) => op, new Radio({ choices: ["a"] }), box);
    });
    expect(outer.children.map((child) => child.type)).toEqual(["app"]);
    expect(box.parent).not.toBe(outer);
  });
});
