import {
  toBlockId,
  toJobId,
  toListenerId,
  type BlockConfig,
  type ErrorReport,
  type Json,
  type JobId,
  type JobStatus,
  type ListenerConfig,
  type RunMessage,
} from "@vitrine/core";
import { expect, test } from "vitest";
import { BlockStore } from "./block-store.ts";
import { Dispatcher } from "./dispatch.ts";
import { Uploads } from "./uploads.ts";

const button = toBlockId("button");
const input = toBlockId("input");
const output = toBlockId("output");

type Sent = RunMessage | { readonly type: "cancel"; readonly jobId: JobId };

function listener(id: string, options: Partial<ListenerConfig> = {}): ListenerConfig {
  return {
    id: toListenerId(id),
    triggers: [{ blockId: button, event: "click" }],
    inputs: [input],
    outputs: [output],
    cancels: [],
    hasFunction: true,
    triggerMode: "once",
    showProgress: "full",
    scrollToOutput: false,
    ...options,
  };
}

function chained(id: string, to: string, moment: "after" | "success" | "failure"): ListenerConfig {
  return listener(id, { triggers: [], chain: { listenerId: toListenerId(to), moment } });
}

/** A dispatcher with a server that is the test. */
function dispatch(...listeners: readonly ListenerConfig[]) {
  const block = (id: typeof input, payload: Json) => ({
    id,
    type: "textbox",
    key: id,
    props: {},
    payload,
    emptyPayload: "",
  });
  const root: BlockConfig = {
    id: toBlockId("root"),
    type: "app",
    key: "0",
    props: {},
    children: [block(button, null), block(input, "in"), block(output, "old")],
  };
  const store = new BlockStore(root);
  const uploads = new Uploads();
  const sent: Sent[] = [];
  const failed: ErrorReport[] = [];
  let jobs = 0;
  const dispatcher = new Dispatcher({
    store,
    listeners,
    uploads,
    send: (message) => sent.push(message),
    createJobId: () => toJobId(`job-${++jobs}`),
    now: () => 0,
    onFailed: (_id, error) => failed.push(error),
  });
  const end = (jobId: string, status: JobStatus = { stage: "complete" }) =>
    dispatcher.receive({ type: "status", jobId: toJobId(jobId), listenerId: toListenerId("any"), status });
  const runs = () => sent.flatMap((message) => (message.type === "run" ? [message.listenerId] : []));
  return { dispatcher, store, uploads, sent, failed, end, runs };
}

function deferred() {
  let resolve: (text: string) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<string>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

test("an event runs the listeners that wait for it, with the payloads of their inputs and what started them", () => {
  const { dispatcher, sent } = dispatch(
    listener("l0"),
    listener("l1", { triggers: [{ blockId: input, event: "click" }] }),
  );
  dispatcher.emit(button, "click", { x: 1 });
  expect(sent).toEqual([
    {
      type: "run",
      jobId: "job-1",
      listenerId: "l0",
      payloads: ["in"],
      trigger: { blockId: "button", event: "click", data: { x: 1 } },
    },
  ]);
});

test("once: a second trigger while the job runs does nothing", () => {
  const { dispatcher, runs, end } = dispatch(listener("l0", { triggerMode: "once" }));
  dispatcher.emit(button, "click");
  dispatcher.emit(button, "click");
  expect(runs()).toEqual(["l0"]);
  end("job-1");
  expect(runs()).toEqual(["l0"]);
  dispatcher.emit(button, "click");
  expect(runs()).toEqual(["l0", "l0"]);
});

test("multiple: every trigger runs", () => {
  const { dispatcher, runs } = dispatch(listener("l0", { triggerMode: "multiple" }));
  dispatcher.emit(button, "click");
  dispatcher.emit(button, "click");
  expect(runs()).toEqual(["l0", "l0"]);
});

test("alwaysLast: any number of triggers while the job runs make one more run, with the latest inputs", () => {
  const { dispatcher, sent, end } = dispatch(
    listener("l0", { triggerMode: "alwaysLast", triggers: [{ blockId: input, event: "change" }] }),
  );
  for (const text of ["a", "ab", "abc"]) dispatcher.enter(input, text);
  expect(sent).toHaveLength(1);
  end("job-1");
  expect(sent[1]).toMatchObject({ payloads: ["abc"], trigger: { event: "change", data: "abc" } });
  end("job-2");
  expect(sent).toHaveLength(2);
});

test("change is told only when the value differs, whoever changed it", () => {
  const changed = listener("l1", { triggers: [{ blockId: output, event: "change" }], outputs: [] });
  const { dispatcher, runs, end } = dispatch(listener("l0"), changed);
  dispatcher.emit(button, "click");
  dispatcher.receive({
    type: "output",
    jobId: toJobId("job-1"),
    updates: [{ blockId: output, payload: "old" }],
  });
  expect(runs()).toEqual(["l0"]);
  dispatcher.receive({
    type: "output",
    jobId: toJobId("job-1"),
    updates: [{ blockId: output, payload: "new" }],
  });
  expect(runs()).toEqual(["l0", "l1"]);
  end("job-2");
  dispatcher.enter(output, "new");
  expect(runs()).toEqual(["l0", "l1"]);
  dispatcher.enter(output, "newer");
  expect(runs()).toEqual(["l0", "l1", "l1"]);
});

test.each([
  [{ stage: "complete" }, ["l0", "after", "success"]],
  [{ stage: "failed", error: { code: "X", message: "no" } }, ["l0", "after", "failure"]],
  [{ stage: "cancelled" }, ["l0", "after", "failure"]],
  [{ stage: "skipped" }, ["l0"]],
] as const)("of the listeners chained to a job that ended with %j run %j", (status, expected) => {
  const { dispatcher, runs, end } = dispatch(
    listener("l0"),
    chained("after", "l0", "after"),
    chained("success", "l0", "success"),
    chained("failure", "l0", "failure"),
  );
  dispatcher.emit(button, "click");
  end("job-1", status);
  expect(runs()).toEqual(expected);
});

test("a chained listener reads its inputs when it starts", () => {
  const { dispatcher, sent, end } = dispatch(listener("l0"), {
    ...chained("l1", "l0", "success"),
    inputs: [output],
  });
  dispatcher.emit(button, "click");
  dispatcher.receive({
    type: "output",
    jobId: toJobId("job-1"),
    updates: [{ blockId: output, payload: "fresh" }],
  });
  end("job-1");
  expect(sent[1]).toEqual({ type: "run", jobId: "job-2", listenerId: "l1", payloads: ["fresh"] });
});

test("a listener without function cancels what it names, and what is chained to it runs", () => {
  const stop = listener("stop", {
    triggers: [{ blockId: button, event: "stop" }],
    cancels: [toListenerId("l0")],
    hasFunction: false,
  });
  const { dispatcher, store, sent, end } = dispatch(listener("l0"), stop, chained("after", "stop", "after"));
  dispatcher.emit(button, "click");
  expect(store.node(button)?.running.value).toBe(1);
  dispatcher.emit(button, "stop");
  dispatcher.emit(button, "stop");
  expect(sent.map((message) => message.type)).toEqual(["run", "cancel", "run"]);
  end("job-1", { stage: "cancelled" });
  end("job-2");
  expect(store.node(button)?.running.value).toBe(0);
});

test("an error is put beside the input that caused it, and goes when the visitor changes the input", () => {
  const { dispatcher, store, failed, end } = dispatch(listener("l0"));
  dispatcher.emit(button, "click");
  const error = {
    code: "VALUE_REQUIRED",
    message: "Name is empty.",
    hint: "Fill in the field.",
    blockId: input,
  };
  end("job-1", { stage: "failed", error });
  expect(store.node(input)?.error.value).toBe("Name is empty. Fill in the field.");
  expect(store.node(output)?.lastRun.value?.error).toBeUndefined();
  expect(failed).toEqual([error]);
  dispatcher.enter(input, "Ada");
  expect(store.node(input)?.error.value).toBeUndefined();
});

test("any other error is put under the output, which keeps its value, until the next run", () => {
  const { dispatcher, store, end } = dispatch(listener("l0"));
  dispatcher.emit(button, "click");
  end("job-1", { stage: "failed", error: { code: "FUNCTION_FAILED", message: "broken" } });
  expect(store.node(output)?.lastRun.value?.error?.message).toBe("broken");
  expect(store.payloadOf(output)).toBe("old");
  dispatcher.emit(button, "click");
  expect(store.node(output)?.lastRun.value?.error).toBeUndefined();
});

test("a run waits for the uploads of its inputs, and then sends what they became", async () => {
  const { dispatcher, store, uploads, sent } = dispatch(listener("l0"));
  const upload = deferred();
  void uploads.track(input, upload.promise).then((file) => dispatcher.enter(input, file));
  dispatcher.emit(button, "click");
  expect(sent).toEqual([]);
  expect(store.node(output)?.jobs.value[0]?.status.value).toEqual({ stage: "uploading" });
  upload.resolve("uploaded");
  await expect.poll(() => sent).toMatchObject([{ type: "run", payloads: ["uploaded"] }]);
});

test("a run whose upload failed is not sent, and says so beside the field", async () => {
  const { dispatcher, store, uploads, sent } = dispatch(listener("l0"));
  const upload = deferred();
  uploads.track(input, upload.promise).catch(() => undefined);
  dispatcher.emit(button, "click");
  upload.reject(new Error("cut"));
  await expect.poll(() => store.node(input)?.error.value).toMatch(/did not arrive/);
  expect(sent).toEqual([]);
  expect(dispatcher.liveJobs).toEqual([]);
});

test("an upload the visitor took back does not hinder the run", async () => {
  const { dispatcher, uploads, sent } = dispatch(listener("l0"));
  const upload = deferred();
  uploads.track(input, upload.promise).catch(() => undefined);
  dispatcher.emit(button, "click");
  upload.reject(new DOMException("taken back", "AbortError"));
  await expect.poll(() => sent).toMatchObject([{ payloads: ["in"] }]);
});

test("clearing empties blocks and tells of the change once each", () => {
  const { dispatcher, store, runs } = dispatch(
    listener("l0", { triggers: [{ blockId: input, event: "change" }] }),
  );
  dispatcher.clear([input, output]);
  expect([store.payloadOf(input), store.payloadOf(output)]).toEqual(["", ""]);
  expect(runs()).toEqual(["l0"]);
});

test("a change of State starts its listeners", () => {
  const state = toBlockId("state");
  const { dispatcher, runs } = dispatch(
    listener("l0", { triggers: [{ blockId: state, event: "change" }], inputs: [state] }),
  );
  dispatcher.receive({ type: "stateChanged", blockId: state });
  expect(runs()).toEqual(["l0"]);
});

test("a page that returns takes up the jobs that live, ends those that ended meanwhile and loses those nobody knows", () => {
  const { dispatcher, store, failed, runs } = dispatch(
    listener("l0", { triggerMode: "multiple" }),
    chained("l1", "l0", "success"),
  );
  for (let count = 0; count < 3; count++) dispatcher.emit(button, "click");
  for (const jobId of ["job-1", "job-2"]) {
    dispatcher.receive({
      type: "status",
      jobId: toJobId(jobId),
      listenerId: toListenerId("l0"),
      status: { stage: "running" },
    });
  }
  const report = (jobId: string, stage: "complete" | "running") => ({
    jobId: toJobId(jobId),
    listenerId: toListenerId("l0"),
    status: { stage },
  });
  dispatcher.adopt([report("job-1", "complete"), report("job-other", "running")]);
  // job-3 was never answered: it is sent again, so it is not lost.
  expect(dispatcher.liveJobs).toEqual(["job-3", "job-4", "job-other"]);
  expect(failed).toMatchObject([{ code: "WORKER_LOST" }]);
  expect(runs()).toEqual(["l0", "l0", "l0", "l1"]);
  expect(store.node(output)?.jobs.value).toHaveLength(3);
});

test("a job the page before this one waited for is followed to its end", () => {
  const { dispatcher, runs } = dispatch(listener("l0"), chained("l1", "l0", "success"));
  const ended = {
    jobId: toJobId("job-before"),
    listenerId: toListenerId("l0"),
    status: { stage: "complete" } as const,
  };
  dispatcher.adopt([ended]);
  expect(runs()).toEqual([]);
  dispatcher.adopt([ended], [ended.jobId]);
  expect(runs()).toEqual(["l1"]);
});

test("a job whose run was refused has failed, and its listener can run again", () => {
  const { dispatcher, store, failed, runs } = dispatch(listener("l0"));
  dispatcher.emit(button, "click");
  const error = { code: "PROTOCOL_FRAME", message: "too deep" };
  dispatcher.receive({ type: "refused", error, jobId: toJobId("job-1") });
  expect(failed).toEqual([error]);
  expect(store.node(output)?.lastRun.peek()).toMatchObject({ stage: "failed", error });
  dispatcher.emit(button, "click");
  expect(runs()).toEqual(["l0", "l0"]);
});

test.each([
  ["no outputs", []],
  ["outputs that are not in the page", [toBlockId("a-state")]],
])("a job with %s shows what it does, and its error, at the block that triggered it", (_name, outputs) => {
  const { dispatcher, store, end } = dispatch(listener("l0", { outputs }));
  dispatcher.emit(button, "click");
  expect(store.node(button)?.jobs.peek()).toHaveLength(1);
  const error = { code: "FUNCTION_FAILED", message: "no" };
  end("job-1", { stage: "failed", error });
  expect(store.node(button)?.jobs.peek()).toEqual([]);
  expect(store.node(button)?.lastRun.peek()?.error).toEqual(error);
});

test("a job shows what it does at its results, not at a field it also empties", () => {
  const { dispatcher, store } = dispatch(listener("l0", { outputs: [input, output] }));
  dispatcher.emit(button, "click");
  const counts = [button, input, output].map((id) => store.node(id)?.jobs.peek().length);
  expect(counts).toEqual([0, 0, 1]);
});
