import { App, compileApp, State } from "@vitrine/core";
import { describe, expect, test } from "vitest";
import { Slider } from "../slider/slider.ts";
import { Textbox } from "../textbox/textbox.ts";
import { ClearButton } from "./clear-button.ts";

describe("ClearButton", () => {
  test("names the components of the page it clears, and none of the session", () => {
    const parts: { name?: Textbox; clear?: ClearButton } = {};
    const app = compileApp(
      new App(() => {
        parts.name = new Textbox();
        parts.clear = new ClearButton([parts.name, new State(0)]);
      }),
    );
    expect(parts.clear?.props(app.idOf)["clears"]).toEqual([app.idOf(parts.name as Textbox)]);
  });

  test("brings a real listener that gives each State its initial value, a fresh copy each time", () => {
    const history = new State<string[]>(["hello"]);
    const app = compileApp(new App(() => void new ClearButton([new Textbox(), history, new State(7)])));
    const [listener] = [...app.listeners.values()];
    expect(listener?.outputs[0]).toBe(history);
    const values = listener?.fn?.() as [string[], number];
    expect(values).toEqual([["hello"], 7]);
    values[0].push("changed");
    expect(listener?.fn?.()).toEqual([["hello"], 7]);
    expect(listener?.apiName).toBeUndefined();
  });

  test("one State gets its value bare, and without any there is no listener", () => {
    const one = compileApp(new App(() => void new ClearButton(new State(["a"]))));
    expect([...one.listeners.values()][0]?.fn?.()).toEqual(["a"]);
    expect(compileApp(new App(() => void new ClearButton([new Textbox()]))).listeners.size).toBe(0);
  });

  test("takes more later, each once, and from its options", () => {
    const parts: { clear?: ClearButton } = {};
    const app = compileApp(
      new App(() => {
        const [name, size] = [new Textbox(), new Slider()];
        parts.clear = new ClearButton({ components: [name], value: "Empty" }).add([name, size]);
      }),
    );
    expect(parts.clear?.props(app.idOf)["clears"]).toHaveLength(2);
    expect(parts.clear?.options.value).toBe("Empty");
  });

  test("an update keeps what it clears", () => {
    const parts: { clear?: ClearButton } = {};
    const app = compileApp(
      new App(() => {
        parts.clear = new ClearButton([new Textbox()]).add(new Slider());
      }),
    );
    expect(parts.clear?.withOptions({ variant: "stop" }).props(app.idOf)).toMatchObject({
      variant: "stop",
      clears: ["b1", "b3"],
    });
  });

  test("refuses what is no component", () => {
    expect(() => new ClearButton(["text"] as never)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });
});
