// @vitest-environment happy-dom
import { configure, fireEvent, screen, waitFor } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import MarkdownView from "./markdown-view.tsx";

// A busy machine takes its time; what never comes still fails.
configure({ asyncUtilTimeout: 30_000 });

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

const payload = { source: "# A\n\nb", html: ["<h1>A</h1>", "<p>b</p>"] };

test("draws the blocks the server rendered", () => {
  drawView(MarkdownView, { payload });
  expect(screen.getByRole("heading", { level: 1, name: "A" })).toBeTruthy();
  expect(screen.getByText("b").tagName).toBe("P");
});

test("a changed block leaves the elements of the others alone", () => {
  const view = drawView(MarkdownView, { payload });
  const heading = screen.getByRole("heading");
  view.set({ source: "# A\n\nbc", html: ["<h1>A</h1>", "<p>bc</p>"] });
  expect(screen.getByRole("heading")).toBe(heading);
  expect(screen.getByText("bc")).toBeTruthy();
});

test("copies the text as it was written, and reports it", async () => {
  vi.stubGlobal("isSecureContext", true);
  const view = drawView(MarkdownView, { payload, props: { buttons: ["copy"] } });
  fireEvent.click(screen.getByRole("button", { name: "Copy text" }));
  await waitFor(() => expect(view.emitted).toEqual([{ event: "copy", data: { value: "# A\n\nb" } }]));
  expect(await navigator.clipboard.readText()).toBe("# A\n\nb");
});

test("there is no copy button unless asked for", () => {
  drawView(MarkdownView, { payload });
  expect(screen.queryByRole("button")).toBeNull();
});

test("runs from right to left when told to", () => {
  const { container } = drawView(MarkdownView, { payload, props: { rtl: true } });
  expect(container.querySelector("[data-part=markdown]")?.getAttribute("dir")).toBe("rtl");
});
