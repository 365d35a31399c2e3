// @vitest-environment happy-dom
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import type { View } from "@vitrine/components/views";
import {
  toBlockId,
  toJobId,
  toListenerId,
  type AppConfig,
  type BlockConfig,
  type Json,
  type ServerMessage,
} from "@vitrine/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import type { SocketLike } from "../connection.ts";
import { Page } from "../page.ts";
import { drawApp } from "../ssr.tsx";
import { Shell } from "./shell.tsx";

// A busy machine takes its time; what never comes still fails.
configure({ asyncUtilTimeout: 30_000 });

const TextView: View<string> = ({ id, payload, props, interactive, error, set, emit }) => (
  <label>
    {props["label"]}
    <input
      id={id}
      value={payload}
      readOnly={!interactive}
      onInput={(event) => set(event.currentTarget.value)}
      onBlur={() => emit("blur")}
    />
    {error && <em>{error}</em>}
  </label>
);
const BrokenView: View = () => {
  throw new Error("This view is broken.");
};
const RowView: View = ({ children }) => <div class="vt-row">{children}</div>;
const views: Readonly<Record<string, View>> = { text: TextView as View, broken: BrokenView, row: RowView };

const input = toBlockId("b2");
const output = toBlockId("b3");
const job = { jobId: toJobId("job-00001"), listenerId: toListenerId("l0") };

function text(id: typeof input, label: string, props: Record<string, Json> = {}): BlockConfig {
  return { id, type: "text", key: id, props: { label, ...props }, payload: "", emptyPayload: "" };
}

const config: AppConfig = {
  title: "T",
  theme: "system",
  sessions: "page",
  fillHeight: false,
  fillWidth: false,
  isDevelopment: true,
  maxUploadBytes: 1,
  root: {
    id: toBlockId("b0"),
    type: "app",
    key: "0",
    props: {},
    children: [
      {
        id: toBlockId("b1"),
        type: "row",
        key: "0/0",
        props: {},
        children: [text(input, "In", { elemId: "mine", elemClasses: ["wide"] }), text(output, "Out")],
      },
    ],
  },
  listeners: [
    {
      id: job.listenerId,
      triggers: [{ blockId: input, event: "blur" }],
      inputs: [input],
      outputs: [output],
      cancels: [],
      hasFunction: true,
      triggerMode: "once",
      showProgress: "full",
      scrollToOutput: false,
    },
  ],
};

/** A socket whose other end is the test. */
class TestSocket implements SocketLike {
  readonly sent: string[] = [];
  readonly #listeners = new Map<string, (event: never) => void>();

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, listener);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {}
  dispatch(type: string, event: object = {}): void {
    this.#listeners.get(type)?.(event as never);
  }
  deliver(message: ServerMessage): void {
    this.dispatch("message", { data: JSON.stringify([0, message]) });
  }
}

let socket: TestSocket;
let page: Page;

beforeEach(() => {
  // happy-dom has no top layer.
  HTMLElement.prototype.showPopover = () => undefined;
});
afterEach(() => {
  cleanup();
  page.connection.close();
});

function openPage(appConfig: AppConfig = config): void {
  page = new Page({
    config: appConfig,
    clock: systemClock,
    createJobId: () => job.jobId,
    openSocket: () => (socket = new TestSocket()),
    nextFrame: (callback) => queueMicrotask(callback),
    sendFile: () => Promise.reject(new Error("This test sends no files.")),
  });
  const value = {
    page,
    views: { get: (type: string) => views[type], load: async () => undefined },
    drawn: new Set<never>(),
  };
  render(<Shell value={value} />);
  page.open();
  socket.dispatch("open");
  socket.deliver({ type: "welcome", session: { id: "s" as never, secret: "x" }, outcome: "new", seq: 0 });
}

function runs(): unknown[] {
  return socket.sent
    .map((frame): unknown => JSON.parse(frame))
    .filter((frame) => (frame as { type: string }).type === "run");
}

test("what is typed is stored, runs the listener, and its result is shown", async () => {
  openPage();
  const box = screen.getByLabelText("In");
  fireEvent.input(box, { target: { value: "Ada" } });
  fireEvent.blur(box);
  expect(runs()).toMatchObject([{ listenerId: "l0", payloads: ["Ada"], trigger: { event: "blur" } }]);
  socket.deliver({
    type: "output",
    jobId: job.jobId,
    updates: [{ blockId: output, payload: "Hello, Ada", props: { label: "Greeting" } }],
  });
  await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>("Greeting").value).toBe("Hello, Ada"));
});

test("a running job draws a line under its output, and leaves it readable", async () => {
  openPage();
  fireEvent.blur(screen.getByLabelText("In"));
  socket.deliver({
    type: "status",
    ...job,
    status: { stage: "running", progress: { fraction: 0.25, description: "Half way" } },
  });
  const line = await screen.findByRole<HTMLProgressElement>("progressbar");
  await waitFor(() => expect(line.value).toBe(0.25));
  expect(line.closest("[data-block]")?.getAttribute("data-block")).toBe("b3");
  await screen.findByText("Half way 25 %");
  fireEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(socket.sent.at(-1)).toBe('{"type":"cancel","jobId":"job-00001"}');
  socket.deliver({ type: "status", ...job, status: { stage: "cancelled" } });
  await screen.findByText("Cancelled");
  expect(screen.queryByRole("progressbar")).toBeNull();
});

test("an error stands beside its input and in a toast, which goes when the listener runs again", async () => {
  openPage();
  const box = screen.getByLabelText("In");
  fireEvent.blur(box);
  socket.deliver({
    type: "status",
    ...job,
    status: { stage: "failed", error: { code: "VALUE_REQUIRED", message: "In is empty.", blockId: input } },
  });
  const toast = await screen.findByRole("alert");
  expect(toast.textContent).toContain("In is empty.");
  expect(box.parentElement?.querySelector("em")?.textContent).toBe("In is empty.");
  fireEvent.blur(box);
  await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
});

test("a view that fails is replaced by a sentence; the rest of the page works", async () => {
  const broken: BlockConfig = { id: toBlockId("b9"), type: "broken", key: "0/9", props: {} };
  openPage({ ...config, root: { ...config.root, children: [broken, ...(config.root.children ?? [])] } });
  expect((await screen.findByRole("alert")).textContent).toContain("This view is broken.");
  expect(screen.getByLabelText("In")).toBeTruthy();
});

test("blocks that are not visible are not in the page; hidden ones are, unseen", async () => {
  openPage();
  const update = (visible: Json): void =>
    socket.deliver({ type: "output", jobId: job.jobId, updates: [{ blockId: output, props: { visible } }] });
  update(false);
  await waitFor(() => expect(screen.queryByLabelText("Out")).toBeNull());
  update("hidden");
  await waitFor(() =>
    expect(screen.getByLabelText("Out").closest<HTMLElement>("[data-block]")?.hidden).toBe(true),
  );
});

test("a lost connection is told once and plainly, and inputs stay as they are", async () => {
  openPage();
  fireEvent.input(screen.getByLabelText("In"), { target: { value: "typed" } });
  socket.dispatch("close", { code: 1006 });
  const banner = await screen.findByText(/The connection is lost/, {}, { timeout: 30_000 });
  expect(banner.getAttribute("role")).toBe("status");
  expect(screen.getByLabelText<HTMLInputElement>("In").value).toBe("typed");
  socket.dispatch("open");
  socket.deliver({ type: "welcome", session: { id: "s" as never, secret: "x" }, outcome: "resumed", seq: 0 });
  await waitFor(() => expect(screen.queryByText(/The connection is lost/)).toBeNull());
});

test("a page taken over by another says so and can take its session back", async () => {
  openPage();
  socket.dispatch("close", { code: 4001 });
  const before = socket;
  fireEvent.click(await screen.findByRole("button", { name: "Use it here" }));
  expect(socket).not.toBe(before);
});

test("a reloaded script replaces the app and keeps what was entered; one that fails is shown over the old app", async () => {
  openPage();
  const box = screen.getByLabelText("In");
  fireEvent.input(box, { target: { value: "typed" } });
  socket.deliver({ type: "buildFailed", text: "app.ts:3: Unexpected }" });
  await screen.findByText("app.ts:3: Unexpected }");
  const root = {
    ...config.root,
    children: [
      {
        ...config.root.children?.[0],
        children: [text(input, "Renamed"), text(output, "Out")],
      } as BlockConfig,
    ],
  };
  socket.deliver({ type: "appChanged", config: { ...config, root } });
  await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>("Renamed").value).toBe("typed"));
  expect(screen.getByLabelText("Renamed")).toBe(box);
  expect(screen.queryByText("app.ts:3: Unexpected }")).toBeNull();
});

test("load listeners run when a session begins, not when the page returns to it", async () => {
  const onLoad = {
    ...config.listeners[0],
    id: toListenerId("l1"),
    triggers: [{ blockId: toBlockId("b0"), event: "load" }],
  } as AppConfig["listeners"][number];
  openPage({ ...config, listeners: [onLoad] });
  expect(runs()).toMatchObject([{ listenerId: "l1" }]);
  socket.deliver({
    type: "status",
    jobId: job.jobId,
    listenerId: toListenerId("l1"),
    status: { stage: "complete" },
  });
  socket.deliver({
    type: "welcome",
    session: { id: "s" as never, secret: "x" },
    outcome: "reset",
    seq: 3,
    snapshot: { payloads: { [output]: "back" }, props: {}, jobs: [] },
  });
  await waitFor(() => expect(page.store.value.payloadOf(output)).toBe("back"));
  expect(runs()).toHaveLength(1);
});

test("a page whose app was changed meanwhile gets it with its session, keeps what was typed, and loads anew", async () => {
  const onLoad = {
    ...config.listeners[0],
    id: toListenerId("l1"),
    triggers: [{ blockId: toBlockId("b0"), event: "load" }],
  } as AppConfig["listeners"][number];
  openPage();
  fireEvent.input(screen.getByLabelText("In"), { target: { value: "typed" } });
  fireEvent.blur(screen.getByLabelText("In"));
  const root = { ...config.root, children: [text(input, "Renamed"), text(output, "Out")] };
  socket.deliver({
    type: "welcome",
    session: { id: "t" as never, secret: "y" },
    outcome: "new",
    reason: "SESSION_UNKNOWN",
    seq: 0,
    config: { ...config, root, listeners: [onLoad] },
  });
  await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>("Renamed").value).toBe("typed"));
  // The run that was not answered was meant for a listener of the app before: it is not sent again.
  await waitFor(() => expect(runs()).toMatchObject([{ listenerId: "l0" }, { listenerId: "l1" }]));
  expect(screen.getByText(/The app was changed meanwhile/)).toBeTruthy();
});

function titled(props: Record<string, Json>, ...children: readonly BlockConfig[]): AppConfig {
  return { ...config, root: { ...config.root, props, children: [...children, text(input, "In")] } };
}

test("an app that shows its title has it as the page's heading", () => {
  openPage(titled({ heading: "Greeter" }));
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Greeter");
});

test("a page without a heading of its own has one that is heard and not seen", () => {
  openPage();
  const heading = screen.getByRole("heading", { level: 1, name: "T" });
  expect(heading.className).toBe("vt-hidden");
});

test("a heading of the author's own stays the only one", () => {
  openPage(titled({}, { ...text(output, "Out"), payload: "<h1>Mine</h1>" }));
  expect(screen.queryByRole("heading", { level: 1 })).toBeNull();
});

test("an app in an app has its title a level lower", () => {
  const inner = { id: toBlockId("b8"), type: "app", key: "0/8", props: { heading: "Inner" }, children: [] };
  openPage(titled({ heading: "Outer" }, inner));
  expect(screen.getAllByRole("heading").map(({ tagName, textContent }) => [tagName, textContent])).toEqual([
    ["H1", "Outer"],
    ["H2", "Inner"],
  ]);
});

test("the server draws the same page, with names for styles and no style attributes", () => {
  const { html, layoutCss } = drawApp(
    { ...config, root: { ...config.root, children: [text(input, "In", { scale: 3, elemId: "mine" })] } },
    views,
  );
  expect(html).toContain('data-block="b2"');
  expect(html).toContain('id="mine"');
  expect(html).not.toMatch(/\sstyle=/);
  expect(layoutCss).toBe('[data-block="b2"]{--vt-scale:3}');
});
