import { describe, expect, test } from "vitest";
import { openApp, type PageDriver } from "../testing/index.ts";
import { ChatInterface, UserError, type ChatFn, type ChatInterfaceOptions } from "../index.ts";

async function openChat(fn: ChatFn, options: ChatInterfaceOptions = {}) {
  const chat = new ChatInterface(fn, options);
  const app = await openApp(chat);
  const page = await app.openPage();
  const say = async (message: string): Promise<void> => {
    await page.set(chat.textbox, message);
    await page.emit(chat.textbox, "submit");
  };
  const shown = (of: PageDriver = page) =>
    (of.value(chat.chatbot) as { role: string; content: string }[]).map(
      ({ role, content }) => `${role}: ${content}`,
    );
  return { chat, app, page, say, shown, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

describe("ChatInterface", () => {
  test("hands the previous messages to the function, and not the present one", async () => {
    const seen: number[] = [];
    await using chat = await openChat((message, history) => {
      seen.push(history.length);
      return `${message}?`;
    });
    await chat.say("one");
    await chat.say("two");
    expect(seen).toEqual([0, 2]);
    expect(chat.shown()).toEqual(["user: one", "assistant: one?", "user: two", "assistant: two?"]);
    expect(chat.page.value(chat.chat.textbox)).toBe("");
  });

  test("keeps a history for each session apart", async () => {
    await using chat = await openChat((_, history) => String(history.length));
    const other = await chat.app.openPage();
    await chat.say("a");
    await chat.say("b");
    await other.set(chat.chat.textbox, "c");
    await other.emit(chat.chat.textbox, "submit");
    expect(chat.shown(other)).toEqual(["user: c", "assistant: 0"]);
  });

  test.each<[string, ChatFn]>([
    ["returned", () => "done"],
    ["promised", async () => "done"],
    [
      "yielded by a sync generator",
      function* () {
        yield "do";
        yield "done";
      },
    ],
    [
      "yielded by an async generator",
      async function* () {
        yield "do";
        yield "done";
      },
    ],
    [
      "returned by a generator at its end",
      async function* () {
        yield "do";
        return "done";
      },
    ],
    ["a message", () => ({ content: "done" })],
  ])("takes an answer that is %s", async (_name, fn) => {
    await using chat = await openChat(fn);
    await chat.say("go");
    expect(chat.shown()).toEqual(["user: go", "assistant: done"]);
  });

  test("Stop keeps the answer as far as it came, runs the author's finally, and the history goes on from there", async () => {
    let isClosed = false;
    await using chat = await openChat(async function* (message, history, { signal }) {
      if (history.length > 0) {
        yield history.map(({ content }) => content).join("|");
        return;
      }
      try {
        yield "half";
        await new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
        );
      } finally {
        isClosed = true;
      }
    });
    await chat.page.set(chat.chat.textbox, "go");
    chat.page.start(chat.chat.textbox, "submit");
    await chat.page.waitUntil(() => chat.shown().includes("assistant: half"));
    await chat.page.emit(chat.chat.textbox, "stop");
    expect(isClosed).toBe(true);
    await chat.say("on");
    expect(chat.shown().at(-1)).toBe("assistant: go|half");
  });

  test("retry asks again with the same message and the history before it", async () => {
    let asked = 0;
    await using chat = await openChat((message, history) => `${message} ${history.length} ${++asked}`);
    await chat.say("a");
    await chat.say("b");
    await chat.page.emit(chat.chat.chatbot, "retry", { index: 2, value: "b" });
    expect(chat.shown()).toEqual(["user: a", "assistant: a 0 1", "user: b", "assistant: b 2 3"]);
  });

  test("undo takes the last turn away and puts its message back; clear empties", async () => {
    await using chat = await openChat((message) => message);
    await chat.say("a");
    await chat.say("b");
    await chat.page.emit(chat.chat.chatbot, "undo", { index: 2, value: "b" });
    expect([chat.shown(), chat.page.value(chat.chat.textbox)]).toEqual([["user: a", "assistant: a"], "b"]);
    await chat.page.emit(chat.chat.chatbot, "clear");
    expect(chat.shown()).toEqual([]);
    await chat.say("c");
    expect(chat.shown()).toEqual(["user: c", "assistant: c"]);
  });

  test("an example is sent as if it had been typed", async () => {
    await using chat = await openChat((message) => message.toUpperCase(), { examples: ["hello"] });
    await chat.page.emit(chat.chat.chatbot, "exampleSelect", { index: 0, value: "hello" });
    expect(chat.shown()).toEqual(["user: hello", "assistant: HELLO"]);
  });

  test("an empty message, undo in an empty chat, and an error of the function are told in words", async () => {
    await using chat = await openChat(() => {
      throw new UserError("The model sleeps.");
    });
    await chat.say("   ");
    expect(chat.page.toasts.at(-1)).toBe("Type a message first.");
    await chat.page.emit(chat.chat.chatbot, "undo");
    expect(chat.page.toasts.at(-1)).toBe("There is no message to go back to.");
    await chat.say("hi");
    expect(chat.page.toasts.at(-1)).toBe("The model sleeps.");
    expect(chat.shown()).toEqual(["user: hi"]);
  });

  test("what one more token costs on the wire does not grow with the answer or the history", async () => {
    const sent: number[] = [];
    await using chat = await openChat(async function* (message) {
      let answer = "";
      for (let token = 0; token < 40; token++) {
        yield (answer += "x".repeat(message === "long" ? 200 : 20));
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    });
    const { events } = chat.app.host.options.engine;
    const append = events.append.bind(events);
    events.append = (session, message) => {
      if (message.includes('"changes"')) sent.push(message.length);
      return append(session, message);
    };
    await chat.say("long");
    await chat.say("short");
    const last = sent.slice(-10);
    expect(sent.length).toBeGreaterThan(20);
    expect(Math.max(...last)).toBeLessThan(400);
  });
});
