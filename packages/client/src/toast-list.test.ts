import { expect, test } from "vitest";
import { ToastList } from "./toast-list.ts";

test("errors stay until they are closed, others go after ten seconds, and both as long as they are told to", () => {
  const toasts = new ToastList();
  toasts.add({ level: "error", message: "a" });
  toasts.add({ level: "info", message: "b" });
  toasts.add({ level: "error", message: "c", durationMs: 50 });
  toasts.add({ level: "info", message: "d", durationMs: 0 });
  expect(toasts.shown.value.map((toast) => toast.durationMs)).toEqual([0, 10_000, 50, 0]);
});

test("the same words again raise a count instead of a second toast", () => {
  const toasts = new ToastList();
  for (let count = 0; count < 3; count++) toasts.add({ level: "error", message: "Cannot divide by zero." });
  expect(toasts.shown.value).toMatchObject([{ message: "Cannot divide by zero.", count: 3 }]);
});

test("at most five are shown, the newest ones", () => {
  const toasts = new ToastList();
  for (let count = 1; count <= 7; count++) toasts.add({ level: "info", message: `${count}` });
  expect(toasts.shown.value.map((toast) => toast.message)).toEqual(["3", "4", "5", "6", "7"]);
});

test("toasts are closed one by one, or all that are about the same", () => {
  const toasts = new ToastList();
  toasts.add({ level: "error", message: "a", about: "l0" });
  toasts.add({ level: "error", message: "b", about: "l1" });
  toasts.add({ level: "error", message: "c" });
  toasts.closeAbout("l0");
  expect(toasts.shown.value.map((toast) => toast.message)).toEqual(["b", "c"]);
  toasts.close(toasts.shown.value[0]?.id ?? 0);
  expect(toasts.shown.value.map((toast) => toast.message)).toEqual(["c"]);
});
