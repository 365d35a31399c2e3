// @vitest-environment happy-dom
import { act } from "preact/test-utils";
import { configure, fireEvent, screen, waitFor } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { drawView, type DrawnView } from "../shared/browser/draw-view.ts";
import type { ChatPayload } from "./chatbot-payload.ts";
import ChatbotView from "./chatbot-view.tsx";

// A busy machine takes its time; what never comes still fails.
configure({ asyncUtilTimeout: 30_000 });

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

const payload: ChatPayload = [
  { role: "system", content: "secret instructions" },
  { role: "user", content: "Hi" },
  { role: "assistant", content: "**Hello**\n\n- one\n- two" },
];
const messages = () => screen.getAllByRole("listitem").filter((item) => item.dataset["part"] === "message");

/** Markdown needs a real browser: chatbot-in-chromium.test.ts. Here messages stand as they were written. */
function drawChat(
  options: Partial<Parameters<typeof drawView<ChatPayload>>[1]> = {},
): DrawnView<ChatPayload> {
  return drawView<ChatPayload>(ChatbotView, {
    payload,
    ...options,
    props: { renderMarkdown: false, ...options.props },
  });
}

test("messages are list items with author and text; those of the system are not drawn", async () => {
  drawChat();
  expect(messages()).toHaveLength(2);
  expect(messages()[0]?.textContent).toContain("You: Hi");
  expect(messages()[1]?.textContent).toContain("Assistant: **Hello**");
  expect(document.body.textContent).not.toContain("secret");
});

test("messages stand as they were written when Markdown is turned off", () => {
  const view = drawChat();
  expect(view.container.querySelector("strong")).toBeNull();
  expect(screen.getByText(/\*\*Hello\*\*/)).toBeTruthy();
});

test("retry and undo stand at the last message only, and report the last message of the user", async () => {
  const view = drawChat({ props: { buttons: ["retry", "undo"] } });
  fireEvent.click(screen.getByRole("button", { name: "Retry" }));
  fireEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(view.emitted).toEqual([
    { event: "retry", data: { index: 1, value: "Hi" } },
    { event: "undo", data: { index: 1, value: "Hi" } },
  ]);
  expect(screen.queryByRole("button", { name: /Copy/ })).toBeNull();
});

test("retry, undo and clear wait while an answer is written", async () => {
  drawChat({ props: { buttons: ["retry", "undo", "clear"] }, isPending: true });
  for (const name of ["Retry", "Undo", "Clear conversation"]) {
    expect((screen.getByRole("button", { name }) as HTMLButtonElement).disabled).toBe(true);
  }
});

test("clear empties the conversation and reports it", async () => {
  const view = drawChat({ props: { buttons: ["clear"] } });
  fireEvent.click(screen.getByRole("button", { name: "Clear conversation" }));
  expect(view.payload).toEqual([]);
  expect(view.emitted).toEqual([{ event: "clear", data: undefined }]);
});

test("copying a message gives its Markdown; copying all gives the conversation", async () => {
  vi.stubGlobal("isSecureContext", true);
  const view = drawChat({ props: { buttons: ["copy", "copyAll"] } });
  fireEvent.click(screen.getAllByRole("button", { name: "Copy message" })[1] as HTMLElement);
  await waitFor(() =>
    expect(view.emitted).toEqual([{ event: "copy", data: { value: "**Hello**\n\n- one\n- two" } }]),
  );
  fireEvent.click(screen.getByRole("button", { name: "Copy conversation" }));
  await waitFor(async () =>
    expect(await navigator.clipboard.readText()).toBe("User: Hi\n\nAssistant: **Hello**\n\n- one\n- two"),
  );
});

test("an empty conversation shows the placeholder and examples; choosing one reports its text", async () => {
  const props = {
    placeholderHtml: "<h2>Ask me</h2>",
    examples: [{ text: "Tell me a story", label: "A story" }],
  };
  const view = drawChat({ payload: [], props });
  expect(screen.getByRole("heading", { name: "Ask me" })).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "A story" }));
  expect(view.emitted).toEqual([{ event: "exampleSelect", data: { index: 0, value: "Tell me a story" } }]);
  view.set(payload);
  expect(screen.queryByRole("button", { name: "A story" })).toBeNull();
});

test("options of the last message are buttons; those of earlier ones are not drawn", async () => {
  const options = [{ value: "yes", label: "Yes, please" }, { value: "no" }];
  const view = drawChat({
    payload: [
      { role: "assistant", content: "First?", options },
      { role: "assistant", content: "Second?", options },
    ],
  });
  fireEvent.click(screen.getByRole("button", { name: "Yes, please" }));
  expect(screen.getByRole("button", { name: "no" })).toBeTruthy();
  expect(view.emitted).toEqual([{ event: "optionSelect", data: { index: 1, value: "yes" } }]);
});

test("pressing a message reports it", async () => {
  const view = drawChat();
  fireEvent.click(screen.getByText(/Hello/));
  expect(view.emitted).toEqual([{ event: "select", data: { index: 2, value: "**Hello**\n\n- one\n- two" } }]);
});

test("dots show that an answer is awaited, until its first letter", async () => {
  const view = drawChat({ payload: payload.slice(0, 2), isPending: true });
  expect(view.container.querySelector("[data-part=waiting]")).not.toBeNull();
  view.set([...payload.slice(0, 2), { role: "assistant", content: "H" }]);
  expect(view.container.querySelector("[data-part=waiting]")).toBeNull();
});

test("screen readers hear that an answer is written, and then the whole answer once", async () => {
  const view = drawChat({ payload: payload.slice(0, 2) });
  const status = () => view.container.querySelector("[data-part=announcement]")?.textContent;
  view.change({ isPending: true });
  expect(status()).toBe("The assistant is writing.");
  view.set([...payload.slice(0, 2), { role: "assistant", content: "**Hello** th" }]);
  expect(status()).toBe("The assistant is writing.");
  view.set([...payload.slice(0, 2), { role: "assistant", content: "**Hello** there" }]);
  view.change({ isPending: false });
  expect(status()?.trim()).toBe("Assistant: **Hello** there");
});

test("the end stays in sight while the visitor is there; away from it a button leads back", async () => {
  let height = 1000;
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockImplementation(() => height);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
  const observers: (() => void)[] = [];
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(callback: () => void) {
        observers.push(callback);
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
  drawChat();
  const box = screen.getByRole("region", { name: "Conversation" });
  const grow = (to: number) => {
    height = to;
    void act(() => observers.forEach((callback) => callback()));
  };
  grow(1200);
  expect(box.scrollTop).toBe(1200);
  box.scrollTop = 100;
  fireEvent.scroll(box);
  grow(1500);
  expect(box.scrollTop).toBe(100);
  fireEvent.click(screen.getByRole("button", { name: "Jump to latest" }));
  expect(box.scrollTop).toBe(1500);
  expect(screen.queryByRole("button", { name: "Jump to latest" })).toBeNull();
});
