import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JobBoard } from "./job-board.ts";
import type { JobKind, StudioState, Work, WorkContext } from "./job.ts";
import { SharedState } from "./shared-state.ts";
import type { UserView } from "./user-jobs.ts";

let folder: string;
let state: StudioState;
let board: JobBoard;
let nowMs: number;
/** Labels of jobs in the order they began. */
let began: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "job-board-test-"));
  state = new SharedState();
  nowMs = 1_000_000;
  began = [];
  board = new JobBoard({ state, folder, maxWaiting: 5, now: () => nowMs });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A promise that is settled from outside. */
class Signal {
  resolve!: () => void;
  reject!: (error: Error) => void;
  readonly promise = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** Work that ends when it is told to. */
class HeldWork implements Work {
  readonly kind: JobKind;
  readonly label: string;
  readonly stops: string[] = [];
  context!: WorkContext;
  readonly #end = new Signal();
  readonly #begun = new Signal();

  constructor(label: string, kind: JobKind = "txt2img") {
    this.label = label;
    this.kind = kind;
  }

  async run(context: WorkContext): Promise<void> {
    this.context = context;
    began.push(this.label);
    this.#begun.resolve();
    await Promise.race([
      this.#end.promise,
      new Promise<void>((_resolve, reject) =>
        context.signal.addEventListener("abort", () => reject(new Error("aborted"))),
      ),
    ]);
  }

  stop(kind: string): void {
    this.stops.push(kind);
  }

  begun(): Promise<void> {
    return this.#begun.promise;
  }

  end(error?: Error): void {
    if (error) this.#end.reject(error);
    else this.#end.resolve();
  }
}

function picture(name: string) {
  return {
    kind: "txt2img",
    bytes: new TextEncoder().encode(name),
    name,
    extension: ".png",
    caption: name,
    parameters: `how ${name} was made`,
  } as const;
}

function add(user: string, label: string, kind?: JobKind): HeldWork & { id: string } {
  const work = new HeldWork(label, kind);
  return Object.assign(work, { id: board.add(user, work).id });
}

async function drain(...works: HeldWork[]): Promise<void> {
  for (const work of works) {
    await work.begun();
    work.end();
  }
  await settled();
}

/** Lets everything that can happen happen. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe("turns", () => {
  test("one job runs at a time, and users take turns however many jobs they have", async () => {
    const a1 = add("ann", "a1");
    const [a2, a3] = [add("ann", "a2"), add("ann", "a3")];
    const [b1, b2] = [add("bob", "b1"), add("bob", "b2")];
    await a1.begun();
    await settled();
    expect(began).toEqual(["a1"]);
    a1.end();
    await b1.begun();
    b1.end();
    await drain(a2, b2, a3);
    expect(began).toEqual(["a1", "b1", "a2", "b2", "a3"]);
  });

  test("a job that is added while nothing runs begins at once, also after others have ended", async () => {
    await drain(add("ann", "first"));
    await drain(add("ann", "second"));
    expect(began).toEqual(["first", "second"]);
  });

  test("a job that is added at the very moment another ends does not run beside the next", async () => {
    const [first, second, third] = [add("ann", "first"), add("bob", "second"), new HeldWork("third")];
    await first.begun();
    const watched = (async () => {
      for await (const { running } of board.watch("ann", { kind: "txt2img" })) {
        if (running) continue;
        board.add("ann", third);
        return;
      }
    })();
    first.end();
    await watched;
    await settled();
    expect(began).toEqual(["first", "second"]);
    await drain(second, third);
    expect(began).toEqual(["first", "second", "third"]);
  });

  test("each sees how many jobs come before theirs, and for how long once that can be known", async () => {
    const first = add("ann", "a1");
    await first.begun();
    expect(board.viewOf("bob", "txt2img").waiting).toEqual([]);
    const own = add("bob", "b1");
    add("ann", "a2");
    expect(board.viewOf("bob", "txt2img").waiting).toMatchObject([{ ahead: 1, waitMs: undefined }]);
    nowMs += 8000;
    first.end();
    await own.begun();
    expect(board.viewOf("ann", "txt2img").waiting).toMatchObject([{ label: "a2", ahead: 1, waitMs: 8000 }]);
    nowMs += 2000;
    own.context.report({ fraction: 0.5, words: "half" });
    expect(board.viewOf("ann", "txt2img").waiting).toMatchObject([{ waitMs: 2000 }]);
    expect(board.viewOf("bob", "txt2img")).toMatchObject({ remainingMs: 2000 });
  });

  test("one's own waiting jobs can be put in another order and taken out; another's cannot", async () => {
    const running = add("ann", "running");
    const [one, two, three] = [add("ann", "1"), add("ann", "2"), add("ann", "3")];
    expect(board.move("ann", three.id, -1)).toBe(true);
    expect(board.remove("ann", one.id)).toBe(true);
    expect(board.move("ann", three.id, -1)).toBe(false);
    expect(board.move("bob", two.id, -1)).toBe(false);
    expect(board.remove("bob", two.id)).toBe(false);
    await drain(running, three, two);
    expect(began).toEqual(["running", "3", "2"]);
  });

  test("a user with too many waiting jobs is refused; others are not", async () => {
    add("ann", "running");
    for (let count = 0; count < 5; count++) add("ann", `waits ${count}`);
    expect(() => add("ann", "too many")).toThrow(expect.objectContaining({ code: "QUEUE_FULL" }));
    add("bob", "fine");
    expect(board.viewOf("bob", "txt2img").waiting).toHaveLength(1);
  });
});

describe("stops", () => {
  test("reach the owner's running job and the global state, and nobody else's", async () => {
    const ann = add("ann", "a");
    const bob = add("bob", "b");
    await ann.begun();
    expect(board.stop("bob", { how: "interrupt" })).toBe(false);
    expect(board.stop("ann", { how: "interrupt", kind: "extras" })).toBe(false);
    expect([ann.stops, bob.stops, state.interrupted]).toEqual([[], [], false]);
    expect(board.stop("ann", { how: "afterPicture" })).toBe(true);
    expect(board.stop("ann", { how: "skip", kind: "txt2img" })).toBe(true);
    expect(board.stop("ann", { how: "interrupt" })).toBe(true);
    expect(ann.stops).toEqual(["afterPicture", "skip", "interrupt"]);
    expect([state.stoppingGeneration, state.skipped, state.interrupted]).toEqual([true, true, true]);
  });

  test("when nothing runs say so and change nothing", async () => {
    expect(board.stop("ann", { how: "interrupt" })).toBe(false);
    await drain(add("ann", "a"));
    expect(board.stop("ann", { how: "skip" })).toBe(false);
    expect([state.interrupted, state.skipped]).toEqual([false, false]);
  });
});

describe("the administrator", () => {
  test("sees everybody's jobs in their order, with who and how long, after each change", async () => {
    const leave = new AbortController();
    const seen: string[] = [];
    const watched = (async () => {
      for await (const { running, waiting } of board.watchAll(leave.signal)) {
        const words = [running, ...waiting].map((job) => (job ? `${job.userName}: ${job.label}` : "nothing"));
        seen.push(words.join(", "));
      }
    })();
    const ann = add("ann", "a1");
    const [ann2, bob] = [add("ann", "a2"), add("bob", "b1")];
    await ann.begun();
    await settled();
    expect(seen.at(-1)).toBe("Visitor 1: a1, Visitor 2: b1, Visitor 1: a2");
    nowMs += 3000;
    ann.end();
    await bob.begun();
    bob.context.report({ fraction: 0.5, words: "half" });
    expect(board.view()).toMatchObject({
      running: { label: "b1", words: "half" },
      waiting: [{ label: "a2", waitMs: 0 }],
    });
    await drain(bob, ann2);
    expect(seen.at(-1)).toBe("nothing");
    leave.abort();
    await watched;
  });

  test("stops the job that was meant, and not the one that runs by then", async () => {
    const [ann, bob] = [add("ann", "a"), add("bob", "b")];
    await ann.begun();
    expect(board.stopJob(bob.id, "interrupt")).toBe(false);
    expect(board.stopJob(ann.id, "interrupt")).toBe(true);
    expect([ann.stops, bob.stops]).toEqual([["interrupt"], []]);
    ann.end();
    await bob.begun();
    expect(board.stopJob(ann.id, "skip")).toBe(false);
    expect(bob.stops).toEqual([]);
  });

  test("takes anybody's waiting job out, and its owner is told", async () => {
    const [ann, bob] = [add("ann", "a"), add("bob", "b")];
    await ann.begun();
    expect([board.removeJob(ann.id), board.removeJob(bob.id), board.removeJob(bob.id)]).toEqual([
      false,
      true,
      false,
    ]);
    expect(board.userOf("bob").takeNotes("txt2img")).toMatchObject([
      { text: expect.stringMatching(/waited: b$/) },
    ]);
    await drain(ann);
    expect(began).toEqual(["a"]);
  });
});

test("a board that closes lets the running job end, tells those who wait, and takes no more", async () => {
  const [ann, bob] = [add("ann", "a"), add("bob", "b")];
  await ann.begun();
  const all = (async () => {
    for await (const view of board.watchAll(new AbortController().signal)) void view;
  })();
  await settled();
  let isClosed = false;
  const closing = board.close().then(() => (isClosed = true));
  await all;
  expect(board.userOf("bob").takeNotes("txt2img")).toMatchObject([
    { text: "The server is going down, so this was not begun: b" },
  ]);
  expect(() => board.add("ann", new HeldWork("late"))).toThrow(
    expect.objectContaining({ code: "SERVER_STOPPING" }),
  );
  expect(isClosed).toBe(false);
  ann.end();
  await closing;
  expect([began, bob.stops]).toEqual([["a"], []]);
});

describe("watching", () => {
  test("shows one's own job and pictures until nothing is left to do, and nothing of anybody else", async () => {
    const work = add("ann", "a");
    await work.begun();
    const views: UserView[] = [];
    const watched = (async () => {
      for await (const view of board.watch("ann", { kind: "txt2img" })) views.push(view);
    })();
    const others = board.watch("bob", { kind: "txt2img" });
    work.context.report({ fraction: 0.5, words: "half" });
    await settled();
    await work.context.keep(picture("one"));
    work.end();
    await watched;
    expect(views.at(-1)).toMatchObject({ running: undefined, pictures: [{ caption: "one" }] });
    const seen: UserView[] = [];
    for await (const view of others) seen.push(view);
    expect(seen).toEqual([{ running: undefined, remainingMs: undefined, waiting: [], pictures: [] }]);
  });

  test("ends for the older page when a newer one watches the same", async () => {
    const work = add("ann", "a");
    await work.begun();
    let views = 0;
    const older = (async () => {
      for await (const view of board.watch("ann", { kind: "txt2img" })) if (view) views++;
    })();
    await settled();
    const newer = board.watch("ann", { kind: "txt2img" });
    await newer.next();
    await older;
    expect(views).toBe(1);
    await newer.return();
    work.end();
  });

  test("ends with its signal; the job goes on and its result waits", async () => {
    const work = add("ann", "a");
    await work.begun();
    const leave = new AbortController();
    const watched = (async () => {
      for await (const view of board.watch("ann", { kind: "txt2img", signal: leave.signal })) void view;
    })();
    leave.abort();
    await watched;
    await work.context.keep(picture("late"));
    work.end();
    await settled();
    expect(board.userOf("ann").takeUnseen("txt2img")).toBe(1);
    expect(board.userOf("ann").takeUnseen("txt2img")).toBe(0);
    expect(board.viewOf("ann", "txt2img").pictures).toMatchObject([{ caption: "late" }]);
  });
});

describe("results", () => {
  test("a picture that is there before its page has begun to watch was not missed", async () => {
    const work = add("ann", "quick");
    await work.begun();
    await work.context.keep(picture("quick"));
    expect(board.userOf("ann").takeUnseen("txt2img")).toBe(0);
  });

  test("two pictures of one name get files of their own, newest first", async () => {
    const work = add("ann", "a");
    await work.begun();
    await work.context.keep(picture("same"));
    await work.context.keep(picture("same"));
    const { pictures } = board.viewOf("ann", "txt2img");
    expect(pictures.map(({ fileName }) => fileName)).toEqual(["00001-same.png", "00000-same.png"]);
    expect(board.userOf("ann").shelf.find("00000-same.png")).toBeDefined();
    expect(board.userOf("bob").shelf.find("00000-same.png")).toBeUndefined();
  });

  test("a failure is told to its owner once, and the next job runs", async () => {
    const bad = add("ann", "bad");
    const good = add("bob", "good");
    await bad.begun();
    bad.end(new Error("broken"));
    await drain(good);
    expect(board.userOf("bob").takeFailure("txt2img")).toBeUndefined();
    expect(board.userOf("ann").takeFailure("extras")).toBeUndefined();
    expect(board.userOf("ann").takeFailure("txt2img")).toMatchObject({ error: { message: "broken" } });
    expect(board.userOf("ann").takeFailure("txt2img")).toBeUndefined();
    expect(began).toEqual(["bad", "good"]);
  });

  test("a user who is gone takes jobs and files along; another's stay", async () => {
    const ann = add("ann", "a");
    const bob = add("bob", "b");
    add("ann", "never");
    await ann.begun();
    const { path } = await ann.context.keep(picture("gone"));
    await board.forget("ann");
    await bob.begun();
    const kept = await bob.context.keep(picture("kept"));
    bob.end();
    await settled();
    expect(began).toEqual(["a", "b"]);
    expect([existsSync(dirname(path)), existsSync(kept.path)]).toEqual([false, true]);
  });
});
