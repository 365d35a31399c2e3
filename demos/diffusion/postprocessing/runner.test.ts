import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { SharedState } from "../jobs/shared-state.ts";
import { PostprocessedImage } from "./postprocessed-image.ts";
import { ScriptPostprocessingRunner, type RunnerOptions } from "./runner.ts";
import { ScriptPostprocessing, type ScriptArgs, type ScriptControls } from "./script-postprocessing.ts";

type Pp = PostprocessedImage<string>;

interface RecordedAction {
  readonly do: string;
  readonly text?: string;
  readonly size?: readonly [number, number];
  readonly key?: string;
  readonly value?: number;
  readonly tag?: string;
  readonly tags?: readonly string[];
  readonly disable?: boolean;
}

interface RecordedScript {
  readonly name: string;
  readonly order: number;
  readonly controls: readonly string[];
  readonly firstpass?: readonly RecordedAction[];
  readonly process?: readonly RecordedAction[];
}

interface RecordedRun {
  readonly scenario: {
    readonly title: string;
    readonly scripts: readonly RecordedScript[];
    readonly args: Readonly<Record<string, ScriptArgs>>;
    readonly operation_order?: readonly string[];
    readonly disabled?: readonly string[];
  };
  readonly order: readonly string[];
  readonly slices: Readonly<Record<string, readonly [number, number]>>;
  readonly flat_args: readonly unknown[];
  readonly trace: readonly unknown[];
  readonly images: readonly unknown[];
}

const recordedRuns: readonly RecordedRun[] = JSON.parse(
  await readFile(new URL("./fixtures/postprocessing_traces.json", import.meta.url), "utf8"),
);

/** Does what a recorded script did, and writes down what it saw. */
class ReplayedScript extends ScriptPostprocessing<string> {
  override readonly name: string;
  override readonly order: number;
  private readonly recorded: RecordedScript;
  private readonly trace: unknown[];
  private readonly state: SharedState;

  constructor(recorded: RecordedScript, trace: unknown[], state: SharedState) {
    super();
    this.name = recorded.name;
    this.order = recorded.order;
    this.recorded = recorded;
    this.trace = trace;
    this.state = state;
  }

  override ui(): ScriptControls {
    return Object.fromEntries(this.recorded.controls.map((name) => [name, { options: { label: name } }]));
  }

  override processFirstPass(pp: Pp, args: ScriptArgs): void {
    this.trace.push({ call: "processFirstPass", script: this.name, args, sees: describeSeen(pp) });
    for (const action of this.recorded.firstpass ?? []) perform(action, pp);
  }

  override process(pp: Pp, args: ScriptArgs): void {
    this.trace.push({
      call: "process",
      script: this.name,
      args,
      sees: describeSeen(pp),
      job: this.state.job,
    });
    for (const action of this.recorded.process ?? []) perform(action, pp);
  }
}

function perform(action: RecordedAction, pp: Pp): void {
  const { text = "" } = action;
  if (action.do === "target") [pp.shared.targetWidth, pp.shared.targetHeight] = action.size ?? [];
  else if (action.do === "suffix") pp.image += text;
  else if (action.do === "info") pp.info[action.key ?? ""] = action.value;
  else if (action.do === "extra") pp.extraImages.push(pp.image + text);
  else if (action.do === "caption") pp.caption = text;
  else if (action.do === "tag") pp.nametags.push(action.tag ?? "");
  else if (action.do === "copy") {
    const options = { nametags: action.tags ?? [], disableProcessing: action.disable ?? false };
    pp.extraImages.push(pp.createCopy(pp.image + text, options));
  } else throw new Error(`The trace does ${action.do}, which this test does not know.`);
}

function describeSeen(pp: Pp) {
  return {
    image: pp.image,
    info: { ...pp.info },
    nametags: [...pp.nametags],
    target: [pp.shared.targetWidth ?? null, pp.shared.targetHeight ?? null],
    caption: pp.caption ?? null,
    disable: pp.disableProcessing,
  };
}

describe("what the original did", () => {
  async function replay({ scenario }: RecordedRun, behaviour: "careful" | "webui", args = scenario.args) {
    const state = new SharedState();
    const trace: unknown[] = [];
    const runner = new ScriptPostprocessingRunner<string>({
      scripts: scenario.scripts.map((script) => new ReplayedScript(script, trace, state)),
      state,
      behaviour,
      operationOrder: scenario.operation_order ?? [],
      disabled: scenario.disabled ?? [],
    });
    const slots = runner.setupUi();
    const flatArgs = runner.createArgsForRun(args);
    const pp = new PostprocessedImage("img");
    const { failures } = await runner.run(pp, flatArgs);
    const used = new Set<string>();
    return {
      failures,
      order: runner.scriptsInPreferredOrder().map(({ name }) => name),
      slices: Object.fromEntries(
        slots.map(({ script, argsFrom, argsTo }) => [script.name, [argsFrom, argsTo]]),
      ),
      flat_args: flatArgs,
      trace,
      images: [pp, ...pp.extraImages].map((result) => {
        if (!(result instanceof PostprocessedImage))
          throw new Error("A bare picture was left in the result.");
        return { ...describeSeen(result), suffix: result.getSuffix(used) };
      }),
    };
  }

  test.each(recordedRuns)("$scenario.title: the same calls, arguments and pictures", async (run) => {
    const { scenario: _scenario, ...recorded } = run;
    expect(await replay(run, "webui")).toEqual({ ...recorded, failures: [] });
  });

  test.each(recordedRuns)(
    "$scenario.title: the careful runner does the same where nothing goes wrong",
    async (run) => {
      const { scenario, ...recorded } = run;
      const known = scenario.scripts.map(({ name }) => name);
      const args = Object.fromEntries(Object.entries(scenario.args).filter(([name]) => known.includes(name)));
      expect(await replay(run, "careful", args)).toEqual({ ...recorded, failures: [] });
    },
  );
});

interface SmallScript {
  readonly order?: number;
  readonly controls?: ScriptControls;
  readonly firstPass?: (pp: Pp, args: ScriptArgs) => void | Promise<void>;
  readonly process?: (pp: Pp, args: ScriptArgs) => void | Promise<void>;
  readonly ui?: () => ScriptControls;
}

function script(name: string, parts: SmallScript = {}): ScriptPostprocessing<string> {
  return new (class extends ScriptPostprocessing<string> {
    override readonly name = name;
    override readonly order = parts.order ?? 1000;
    override ui = () => (parts.ui ? parts.ui() : (parts.controls ?? {}));
    override processFirstPass = (pp: Pp, args: ScriptArgs) => parts.firstPass?.(pp, args);
    override process = (pp: Pp, args: ScriptArgs) => parts.process?.(pp, args);
  })();
}

const append = (text: string) => script(text, { process: (pp) => void (pp.image += text) });

function createRunner(
  scripts: readonly ScriptPostprocessing<string>[],
  options: Partial<RunnerOptions<string>> = {},
) {
  return new ScriptPostprocessingRunner<string>({ scripts, state: new SharedState(), ...options });
}

describe("order", () => {
  test("is the user's, then by number, then by name; names that do not exist change nothing", () => {
    const scripts = [
      script("b"),
      script("a"),
      script("late", { order: 2000 }),
      script("first", { order: 1 }),
    ];
    const names = (options: Partial<RunnerOptions<string>>) =>
      createRunner(scripts, options)
        .scriptsInPreferredOrder()
        .map(({ name }) => name);
    expect(names({})).toEqual(["first", "a", "b", "late"]);
    const gone = ["gone", "gone too", "gone as well", "gone for good", "gone at last"];
    expect(names({ operationOrder: [...gone, "late", "b"] })).toEqual(["late", "b", "first", "a"]);
    expect(names({ disabled: ["a", "gone"] })).toEqual(["first", "b", "late"]);
  });

  test("and disabled scripts may differ from run to run, while arguments keep their places", async () => {
    const seen: unknown[] = [];
    const withControl = (name: string) =>
      script(name, {
        controls: { n: { options: { value: name } } },
        process: (pp, args) => void seen.push([name, args]),
      });
    const runner = createRunner([withControl("a"), withControl("b"), withControl("c")]);
    const pp = new PostprocessedImage("img");
    await runner.run(pp, runner.createArgsForRun({}), { operationOrder: ["c", "a"], disabled: ["b"] });
    expect(seen).toEqual([
      ["c", { n: "c" }],
      ["a", { n: "a" }],
    ]);
  });

  test("two scripts of one name are refused", () => {
    expect(() => createRunner([script("a"), script("a")])).toThrow('There are two scripts named "a".');
  });
});

describe("arguments, when careful", () => {
  const controls = { by: { options: { value: 2 } }, label: { options: {} } };

  test("that are not given are what the controls show", () => {
    const runner = createRunner([script("Upscale", { controls }), script("Flip", { controls })]);
    expect(runner.createArgsForRun({ Upscale: { by: 4 } })).toEqual([2, null, 4, null]);
  });

  test("given as null or undefined stay so", () => {
    const runner = createRunner([script("Upscale", { controls })]);
    expect(runner.createArgsForRun({ Upscale: { by: null, label: undefined } })).toEqual([null, undefined]);
  });

  test("for unknown scripts and controls are refused, with what there is", () => {
    const runner = createRunner([script("Upscale", { controls }), script("Off")], { disabled: ["Off"] });
    expect(() => runner.createArgsForRun({ Upscal: {} })).toThrow(
      'There is no script "Upscal"; there are: Upscale, Off.',
    );
    expect(() => runner.createArgsForRun({ Upscale: { bye: 1 } })).toThrow(
      'Script "Upscale" has no control "bye"; there are: by, label.',
    );
    expect(() => runner.createArgsForRun({ toString: {} })).toThrow("toString");
    expect(runner.createArgsForRun({ Off: { anything: 1 } })).toEqual([2, null]);
  });

  test("in a list that is too short are named before any script runs", async () => {
    const seen: string[] = [];
    const spy = script("A", { firstPass: () => void seen.push("ran") });
    const runner = createRunner([spy, script("Upscale", { controls })]);
    await expect(runner.run(new PostprocessedImage("img"), [2])).rejects.toMatchObject({
      code: "ARGUMENTS_MISSING",
      message:
        'Script "Upscale" expects 2 arguments from place 0 on, but the list has only 1 in all; missing: label.',
    });
    expect(seen).toEqual([]);
  });

  test("beyond the last control are ignored", async () => {
    const seen: ScriptArgs[] = [];
    const runner = createRunner([script("A", { controls, process: (_pp, args) => void seen.push(args) })]);
    await runner.run(new PostprocessedImage("img"), [1, "x", "more"]);
    expect(seen).toEqual([{ by: 1, label: "x" }]);
  });
});

test("arguments a list does not reach are not passed at all, as in the original", async () => {
  const seen: ScriptArgs[] = [];
  const controls = { by: { options: {} }, label: { options: {} } };
  const watch = (_pp: Pp, args: ScriptArgs) => void seen.push(args);
  const scripts = [script("A", { controls, process: watch }), script("B", { controls, process: watch })];
  await createRunner(scripts, { behaviour: "webui" }).run(new PostprocessedImage("img"), [1]);
  expect(seen).toEqual([{ by: 1 }, {}]);
});

describe("a script that fails", () => {
  const broken = script("broken", {
    order: 1,
    firstPass: (pp) => {
      pp.shared.targetWidth = 7;
      throw new Error("in the first pass");
    },
    process: (pp) => {
      pp.image += " ruined";
      pp.nametags.push("ruined");
      pp.info["ruined"] = true;
      pp.extraImages.push("ruined too");
      pp.shared.targetHeight = 7;
      throw new Error("in its work");
    },
  });

  test("is reported and leaves the picture as it was, and the rest goes on", async () => {
    const pp = new PostprocessedImage("img");
    const { failures } = await createRunner([broken, append("+fine")]).run(pp, []);
    expect(failures.map(({ script: name, phase, error }) => [name, phase, String(error)])).toEqual([
      ["broken", "firstPass", "Error: in the first pass"],
      ["broken", "process", "Error: in its work"],
    ]);
    expect(pp).toMatchObject({ image: "img+fine", info: {}, nametags: [], extraImages: [] });
    expect(pp.shared).toEqual({ targetWidth: undefined, targetHeight: undefined });
  });

  test("ends everything where the original's behaviour is wanted", async () => {
    const runner = createRunner([broken, append("+fine")], { behaviour: "webui" });
    await expect(runner.run(new PostprocessedImage("img"), [])).rejects.toThrow("in the first pass");
  });

  test("on one of several pictures does not keep it from the others", async () => {
    const branch = script("branch", {
      order: 1,
      process: (pp) => void pp.extraImages.push("second", "third"),
    });
    const picky = script("picky", {
      process: (pp) => {
        if (pp.image === "second") throw new Error("not this one");
        pp.image += "+";
      },
    });
    const pp = new PostprocessedImage("first");
    const { failures } = await createRunner([branch, picky]).run(pp, []);
    expect([pp, ...pp.extraImages]).toMatchObject([
      { image: "first+" },
      { image: "second" },
      { image: "third+" },
    ]);
    expect(failures).toHaveLength(1);
  });

  test("to leave a picture is reported, and the picture stays", async () => {
    const careless = script("careless", { process: (pp) => void Object.assign(pp, { image: undefined }) });
    const pp = new PostprocessedImage("img");
    const { failures } = await createRunner([careless]).run(pp, []);
    expect(failures).toMatchObject([{ error: { code: "SCRIPT_LEFT_NO_IMAGE" } }]);
    expect(pp.image).toBe("img");
  });

  test("to end in time is given up, and what it does later changes nothing", async () => {
    let finish: () => void = () => {};
    const slow = script("slow", {
      order: 1,
      process: async (pp) => {
        await new Promise<void>((resolve) => (finish = resolve));
        pp.image = "too late";
      },
    });
    const pp = new PostprocessedImage("img");
    const { failures } = await createRunner([slow, append("+fine")], { scriptTimeLimitMs: 5 }).run(pp, []);
    finish();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(failures).toMatchObject([
      { script: "slow", error: { message: 'Script "slow" took longer than 5 ms.' } },
    ]);
    expect(pp.image).toBe("img+fine");
  });

  test("to give controls is left out, and said", async () => {
    const noControls = script("none", { ui: () => JSON.parse("null") });
    const listControls = script("list", { ui: () => JSON.parse("[1]") });
    const throwing = script("throwing", {
      ui: () => {
        throw new Error("no font");
      },
    });
    const runner = createRunner([noControls, listControls, throwing, append("+fine")]);
    const pp = new PostprocessedImage("img");
    await runner.run(pp, runner.createArgsForRun({}));
    expect(pp.image).toBe("img+fine");
    expect(
      runner.setupFailures.map(({ script: name, phase, error }) => `${name} ${phase} ${String(error)}`),
    ).toEqual([
      'list ui StudioError: ui() of script "list" should return an object of named components; it returned a list.',
      'none ui StudioError: ui() of script "none" should return an object of named components; it returned nothing.',
      "throwing ui Error: no font",
    ]);
  });
});

describe("skip and interrupt", () => {
  test("skip leaves the later scripts out", async () => {
    const state = new SharedState();
    const pp = new PostprocessedImage("img");
    const skipping = script("a", { order: 1, process: () => state.skip() });
    await createRunner([skipping, append("+later")], { state }).run(pp, []);
    expect([pp.image, state.job]).toEqual(["img", "a"]);
  });

  test("interrupt leaves the later scripts out when careful, and only then", async () => {
    for (const [behaviour, image] of [
      ["careful", "img"],
      ["webui", "img+later"],
    ] as const) {
      const state = new SharedState();
      const pp = new PostprocessedImage("img");
      const interrupting = script("a", { order: 1, process: () => state.interrupt() });
      await createRunner([interrupting, append("+later")], { state, behaviour }).run(pp, []);
      expect(pp.image).toBe(image);
    }
  });

  test("an abort gives up the running script and starts no other", async () => {
    const controller = new AbortController();
    const hanging = script("a", {
      order: 1,
      process: () => new Promise(() => controller.abort(new Error("stopped"))),
    });
    const pp = new PostprocessedImage("img");
    const { failures } = await createRunner([hanging, append("+later")]).run(pp, [], {
      signal: controller.signal,
    });
    expect(failures).toMatchObject([{ script: "a", error: { message: "stopped" } }]);
    expect(pp.image).toBe("img");
  });

  test("reports go to the run's own state where there is one", async () => {
    const state = new SharedState();
    const own = new SharedState();
    await createRunner([append("+a")], { state }).run(new PostprocessedImage("img"), [], { state: own });
    expect([state.job, own.job]).toEqual(["", "+a"]);
  });
});

describe("what scripts share", () => {
  test("hints of the first pass reach every picture, also those made later", async () => {
    const seen: unknown[] = [];
    const hint = script("a", {
      order: 1,
      firstPass: (pp) => void Object.assign(pp.shared, { targetWidth: 64, targetHeight: 32 }),
      process: (pp) => void pp.extraImages.push("bare", pp.createCopy("copy")),
    });
    const late = script("b", {
      process: (pp) => {
        seen.push({ ...pp.shared });
        pp.shared.targetWidth = (pp.shared.targetWidth ?? 0) + 1;
      },
    });
    await createRunner([hint, late]).run(new PostprocessedImage("img"), []);
    expect(seen.map((shared) => Object(shared).targetWidth)).toEqual([64, 65, 66]);
  });

  test("a change of picture is told to every script", () => {
    const told: string[] = [];
    const listener = (name: string) =>
      Object.assign(script(name), { imageChanged: () => void told.push(name) });
    createRunner([listener("b"), listener("a")]).imageChanged();
    expect(told).toEqual(["a", "b"]);
  });
});
