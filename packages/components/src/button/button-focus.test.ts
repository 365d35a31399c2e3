import { expect, test } from "vitest";
import { openViews } from "../testing/open-views.ts";

test("Run hands the focus to Stop while the job runs, and gets it back", async () => {
  await using views = await openViews([
    { type: "button", payload: "Run", props: { visibleWhile: "idle", variant: "primary" } },
    { type: "button", payload: "Stop", props: { visibleWhile: "running", variant: "stop" } },
  ]);
  const { page } = views;
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  await page.getByRole("button", { name: "Run" }).focus();
  await page.evaluate(
    "window.drawn.change(0, { isRunning: true }); window.drawn.change(1, { isRunning: true })",
  );
  await expect.poll(focused).toBe("Stop");
  expect(await page.getByRole("button").count()).toBe(1);
  await page.evaluate(
    "window.drawn.change(0, { isRunning: false }); window.drawn.change(1, { isRunning: false })",
  );
  await expect.poll(focused).toBe("Run");
});

test.each(["light", "dark"] as const)("axe finds nothing in the %s theme", async (colorScheme) => {
  const choices = [
    ["One", 1],
    ["Two", 2],
  ];
  await using views = await openViews(
    [
      ...["primary", "secondary", "stop"].map((variant) => ({
        type: "button",
        payload: "Go",
        props: { variant },
      })),
      { type: "clear-button", payload: "Clear", interactive: false },
      { type: "number", payload: 3, props: { label: "Number" }, error: "Wrong" },
      { type: "checkbox", payload: true, props: { label: "Tick", info: "Or not" } },
      { type: "radio", payload: 1, props: { label: "Radio", choices } },
      { type: "radio", payload: 1, props: { choices }, interactive: false },
      { type: "checkbox-group", payload: [1], props: { label: "Group", choices, showSelectAll: true } },
    ],
    { colorScheme },
  );
  expect(await views.axe()).toEqual([]);
  expect(views.complaints).toEqual([]);
});
