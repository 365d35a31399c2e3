import { expect, test } from "vitest";
import { openViews } from "../testing/open-views.ts";

const props = { label: "Story", lines: 2, maxLines: 4, buttons: ["copy"] };

test("the box grows with its text up to maxLines, without moving at first", async () => {
  await using views = await openViews([{ type: "textbox", payload: "", props }]);
  const box = views.page.getByRole("textbox");
  const heightOf = () => box.evaluate((element) => (element as HTMLElement).offsetHeight);
  const heights = [await heightOf()];
  for (const lines of [2, 3, 4, 9]) {
    await box.fill(Array.from({ length: lines }, (_, line) => line).join("\n"));
    heights.push(await heightOf());
  }
  const [empty, two, three, four, nine] = heights;
  expect(two).toBe(empty);
  expect([(three ?? 0) > (two ?? 0), (four ?? 0) > (three ?? 0), nine === four]).toEqual([true, true, true]);
  expect(views.complaints).toEqual([]);
});

test("streamed text keeps its end in view, until the visitor scrolls up", async () => {
  await using views = await openViews([{ type: "textbox", payload: "", props, interactive: false }]);
  const box = views.page.getByRole("textbox");
  const fromEnd = () =>
    box.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
  const text = (lines: number) => Array.from({ length: lines }, (_, line) => `line ${line}`).join("\n");
  await views.output(text(30));
  await expect.poll(fromEnd).toBeLessThan(4);
  await box.evaluate((element) => void (element.scrollTop = 0));
  await expect.poll(() => box.evaluate((element) => element.scrollTop)).toBe(0);
  await views.output(text(60));
  expect(await box.evaluate((element) => element.scrollTop)).toBe(0);
});

test("the copy tool copies what is shown and reports it", async () => {
  await using views = await openViews([{ type: "textbox", payload: "Take me", props }]);
  await views.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await views.page.getByRole("button", { name: "Copy Story" }).click();
  await views.page.getByRole("button", { name: "Copied" }).waitFor();
  expect(await views.page.evaluate(() => navigator.clipboard.readText())).toBe("Take me");
  expect(await views.emitted("copy")).toEqual([{ value: "Take me" }]);
});

test("autofocus takes the focus when nothing has it", async () => {
  await using views = await openViews([
    { type: "textbox", payload: "", props: { ...props, autofocus: true } },
  ]);
  await expect
    .poll(() => views.page.getByRole("textbox").evaluate((element) => element === document.activeElement))
    .toBe(true);
});

test.each(["light", "dark"] as const)("axe finds nothing in the %s theme", async (colorScheme) => {
  const box = { type: "textbox", payload: "Text", props: { ...props, info: "Anything" } };
  await using views = await openViews(
    [
      { ...box, error: "Wrong" },
      { ...box, interactive: false },
      { ...box, payload: "", props: { lines: 1, maxLines: 1, inputType: "password" } },
      { ...box, props: { ...props, submitBtn: true, rtl: true, textAlign: "right" } },
    ],
    { colorScheme },
  );
  expect(await views.axe()).toEqual([]);
});
