// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import type { DropdownPayload } from "./dropdown-payload.ts";
import DropdownView from "./dropdown-view.tsx";

afterEach(() => document.body.replaceChildren());

const props = {
  label: "Pet",
  choices: [
    ["Cat", "c"],
    ["Dog", "d"],
    ["Three", 3],
  ],
};
const draw = (payload: DropdownPayload, more: object = {}) =>
  drawView<DropdownPayload>(DropdownView, { payload, props: { ...props, ...more } });

test("the input shows the label of what is chosen, or a custom value itself", () => {
  const view = draw("d");
  const input = screen.getByRole("combobox", { name: "Pet" }) as HTMLInputElement;
  expect(input.value).toBe("Dog");
  view.set("Axolotl");
  expect(input.value).toBe("Axolotl");
});

test("keys are reported with what is typed", () => {
  const view = draw("d");
  const input = screen.getByRole("combobox") as HTMLInputElement;
  fireEvent.input(input, { target: { value: "ca" } });
  fireEvent.keyUp(input, { key: "a" });
  expect(view.emitted).toEqual([{ event: "keyUp", data: { key: "a", inputValue: "ca" } }]);
});

test("an entered text that equals a label takes that choice, not a new one", () => {
  const view = draw(null, { allowCustomValue: true });
  const input = screen.getByRole("combobox");
  fireEvent.input(input, { target: { value: "CAT" } });
  fireEvent.blur(input);
  expect(view.payload).toBe("c");
});

test("emptying the text empties it only where nothing may be chosen", () => {
  const view = draw("d", { required: true });
  fireEvent.input(screen.getByRole("combobox"), { target: { value: "" } });
  fireEvent.blur(screen.getByRole("combobox"));
  expect(view.payload).toBe("d");
  view.unmount();
  const optional = draw("d", { required: false });
  fireEvent.input(screen.getByRole("combobox"), { target: { value: "" } });
  fireEvent.blur(screen.getByRole("combobox"));
  expect(optional.payload).toBeNull();
});

test("keys that compose a word choose nothing", () => {
  const view = draw("d");
  const input = screen.getByRole("combobox");
  fireEvent.input(input, { target: { value: "ca" } });
  fireEvent.keyDown(input, { key: "Enter", isComposing: true });
  expect(view.payload).toBe("d");
  fireEvent.keyDown(input, { key: "Enter" });
  expect(view.payload).toBe("c");
});

test("one that is only shown does not open", () => {
  drawView<DropdownPayload>(DropdownView, {
    payload: ["c"],
    props: { ...props, multiselect: true },
    interactive: false,
  });
  fireEvent.keyDown(screen.getByRole("combobox"), { key: "ArrowDown" });
  expect(screen.getByRole("combobox").getAttribute("aria-expanded")).toBe("false");
  expect(screen.queryByRole("button")).toBeNull();
});
