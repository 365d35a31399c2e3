import { describe, expect, test } from "vitest";
import { SharedState } from "../jobs/shared-state.ts";
import { PostprocessedImage } from "./postprocessed-image.ts";
import { ScriptPostprocessingRunner } from "./runner.ts";
import { ScriptPostprocessing, type ScriptArgs } from "./script-postprocessing.ts";

/**
 * The rules of the webui's runner, written down a second time and as simply as they can be, and hundreds of scenarios
 * drawn by chance: order and disabling by the user, branches of branches, frozen copies, hints, captions, skips.
 */

type Action =
  | { readonly do: "suffix"; readonly text: string }
  | { readonly do: "info"; readonly key: string; readonly value: number }
  | { readonly do: "target"; readonly side: number }
  | { readonly do: "extra"; readonly text: string }
  | {
      readonly do: "copy";
      readonly text: string;
      readonly tags: readonly string[];
      readonly disable: boolean;
    }
  | { readonly do: "nested"; readonly text: string }
  | { readonly do: "tag"; readonly tag: string }
  | { readonly do: "caption"; readonly text: string }
  | { readonly do: "freeze" }
  | { readonly do: "skip" };

interface Plan {
  readonly name: string;
  readonly order: number;
  readonly controls: readonly string[];
  readonly firstPass: readonly Action[];
  readonly process: readonly Action[];
}

interface Scenario {
  readonly scripts: readonly Plan[];
  readonly operationOrder: readonly string[];
  readonly disabled: readonly string[];
  readonly args: Readonly<Record<string, ScriptArgs>>;
  readonly cut: number;
}

type Pp = PostprocessedImage<string>;

function act(action: Action, pp: Pp, state: SharedState): void {
  if (action.do === "suffix") pp.image += action.text;
  else if (action.do === "info") pp.info[action.key] = action.value;
  else if (action.do === "target") pp.shared.targetWidth = (pp.shared.targetWidth ?? 0) + action.side;
  else if (action.do === "extra") pp.extraImages.push(pp.image + action.text);
  else if (action.do === "tag") pp.nametags.push(action.tag);
  else if (action.do === "caption") pp.caption = `${pp.caption ?? ""}${action.text}`;
  else if (action.do === "freeze") pp.disableProcessing = true;
  else if (action.do === "skip") state.skip();
  else if (action.do === "copy") {
    const { text, tags, disable } = action;
    pp.extraImages.push(pp.createCopy(pp.image + text, { nametags: tags, disableProcessing: disable }));
  } else {
    const copy = pp.createCopy(`${pp.image}${action.text}`);
    copy.extraImages.push(copy.createCopy(`${copy.image}!`), `${copy.image}?`);
    pp.extraImages.push(copy);
  }
}

const see = (pp: Pp) => [
  pp.image,
  { ...pp.info },
  [...pp.nametags],
  pp.shared.targetWidth,
  pp.caption,
  pp.disableProcessing,
];

class PlannedScript extends ScriptPostprocessing<string> {
  override readonly name: string;
  override readonly order: number;
  private readonly plan: Plan;
  private readonly trace: unknown[];
  private readonly state: SharedState;

  constructor(plan: Plan, trace: unknown[], state: SharedState) {
    super();
    this.name = plan.name;
    this.order = plan.order;
    this.plan = plan;
    this.trace = trace;
    this.state = state;
  }

  override ui() {
    return Object.fromEntries(this.plan.controls.map((name) => [name, { options: {} }]));
  }
  override processFirstPass(pp: Pp, args: ScriptArgs) {
    this.trace.push(["first", this.name, args, see(pp)]);
    for (const action of this.plan.firstPass) act(action, pp, this.state);
  }
  override process(pp: Pp, args: ScriptArgs) {
    this.trace.push(["process", this.name, args, see(pp), this.state.job]);
    for (const action of this.plan.process) act(action, pp, this.state);
  }
}

/** By the runner. */
async function byRunner(scenario: Scenario, behaviour: "careful" | "webui") {
  const state = new SharedState();
  const trace: unknown[] = [];
  const { operationOrder, disabled, args, cut } = scenario;
  const scripts = scenario.scripts.map((plan) => new PlannedScript(plan, trace, state));
  const runner = new ScriptPostprocessingRunner<string>({
    scripts,
    state,
    behaviour,
    operationOrder,
    disabled,
  });
  const flat = runner.createArgsForRun(args);
  const pp = new PostprocessedImage("img");
  await runner.run(pp, behaviour === "webui" ? flat.slice(0, Math.max(0, flat.length - cut)) : flat);
  return { flat, trace, images: describeAll(pp) };
}

/** By the rules. */
function byRules({ scripts, operationOrder, disabled, args, cut }: Scenario, cuts: boolean) {
  const state = new SharedState();
  const trace: unknown[] = [];
  const place = (name: string) =>
    operationOrder.includes(name) ? operationOrder.indexOf(name) : scripts.length;
  const ordered = scripts
    .filter(({ name }) => !disabled.includes(name))
    .map((plan) => ({ plan, key: [place(plan.name), plan.order, plan.name] as const }))
    .sort((a, b) => {
      const different = [0, 1, 2].find((i) => a.key[i] !== b.key[i]);
      return different === undefined ? 0 : a.key[different]! < b.key[different]! ? -1 : 1;
    })
    .map(({ plan }) => plan);
  const flat = ordered.flatMap(({ name, controls }) =>
    controls.map((control) => args[name]?.[control] ?? null),
  );
  const given = cuts ? flat.slice(0, Math.max(0, flat.length - cut)) : flat;
  let from = 0;
  const calls = ordered.map((plan) => {
    const slice = given.slice(from, from + plan.controls.length);
    from += plan.controls.length;
    return { plan, named: Object.fromEntries(slice.map((value, i) => [plan.controls[i]!, value])) };
  });
  const pp: Pp = new PostprocessedImage("img");
  for (const { plan, named } of calls) {
    trace.push(["first", plan.name, named, see(pp)]);
    for (const action of plan.firstPass) act(action, pp, state);
  }
  const all = [pp];
  for (const { plan, named } of calls) {
    if (state.skipped) break;
    state.job = plan.name;
    for (const image of all.slice()) {
      if (!image.disableProcessing) {
        trace.push(["process", plan.name, named, see(image), state.job]);
        plan.process.forEach((action) => act(action, image, state));
      }
      for (const extra of image.extraImages)
        all.push(typeof extra === "string" ? image.createCopy(extra) : extra);
      image.extraImages = [];
    }
  }
  pp.extraImages = all.slice(1);
  return { flat, trace, images: describeAll(pp) };
}

function describeAll(pp: Pp) {
  const used = new Set<string>();
  return [pp, ...pp.extraImages].map((image) => {
    if (typeof image === "string") throw new Error("A bare picture was left in the result.");
    return [...see(image), image.getSuffix(used), image.shared === pp.shared];
  });
}

/** The same numbers for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return state % below;
  };
}

function drawScenario(seed: number, skips: boolean): Scenario {
  const draw = numbers(seed);
  const names = ["Alpha", "beta", "Gamma", "Ärger", "z", "Upscale"].slice(0, 2 + draw(5));
  const actions = (kinds: readonly (() => Action)[]) =>
    Array.from({ length: draw(4) }, () => kinds[draw(kinds.length)]!());
  const tag = () => ["x", "y", ""][draw(3)]!;
  const kinds: readonly (() => Action)[] = [
    () => ({ do: "suffix", text: `+${draw(9)}` }),
    () => ({ do: "info", key: `k${draw(3)}`, value: draw(9) }),
    () => ({ do: "target", side: draw(9) }),
    () => ({ do: "extra", text: `/${draw(9)}` }),
    () => ({
      do: "copy",
      text: `c${draw(9)}`,
      tags: draw(2) === 0 ? [] : [tag(), tag()],
      disable: draw(3) === 0,
    }),
    () => ({ do: "nested", text: "n" }),
    () => ({ do: "tag", tag: tag() }),
    () => ({ do: "caption", text: "c" }),
    () => (draw(3) === 0 ? { do: "freeze" } : { do: "tag", tag: "t" }),
    () => (skips && draw(3) === 0 ? { do: "skip" } : { do: "suffix", text: "s" }),
  ];
  const scripts = names.map((name) => ({
    name,
    order: [10, 1000, 1000, -5][draw(4)]!,
    controls: ["a", "b", "c"].slice(0, draw(4)),
    firstPass: actions(kinds.slice(2, 3)),
    process: actions(kinds),
  }));
  const some = () => names.filter(() => draw(3) === 0);
  const args = Object.fromEntries(
    some().map((name) => [
      name,
      Object.fromEntries(
        (scripts.find((plan) => plan.name === name)?.controls ?? [])
          .filter(() => draw(2) === 0)
          .map((control) => [control, draw(9)]),
      ),
    ]),
  );
  return {
    scripts,
    operationOrder: some().reverse(),
    disabled: draw(2) === 0 ? some() : [],
    args,
    cut: draw(3),
  };
}

describe.each([0, 1, 2, 3])("scenarios drawn by chance, part %d", (part) => {
  const seeds = Array.from({ length: 100 }, (_, index) => part * 100 + index);

  test("go as the rules say in the webui's behaviour, lists that are too short and skips included", async () => {
    for (const seed of seeds) {
      const scenario = drawScenario(seed, true);
      expect(await byRunner(scenario, "webui"), `seed ${seed}`).toEqual(byRules(scenario, true));
    }
  });

  test("go the same way in the careful one, where nothing goes wrong", async () => {
    for (const seed of seeds) {
      const scenario = drawScenario(seed, false);
      expect(await byRunner(scenario, "careful"), `seed ${seed}`).toEqual(byRules(scenario, false));
    }
  });
});
