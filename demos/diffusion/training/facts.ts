import type { Kind, Reading } from "./reader.ts";

/** What a prompt asks for, as the reader would tell it. What is left out was not asked for. */
export interface Facts {
  readonly sky?: Reading["sky"];
  readonly land?: Reading["land"];
  readonly light?: Reading["light"];
  readonly thing?: {
    readonly kind: Kind;
    readonly colour?: string;
    readonly count?: number;
    readonly side?: string;
  };
}

/** For each fact asked for, whether the picture shows it. */
export function checkFacts({ sky, land, light, thing }: Facts, found: Reading): boolean[] {
  const checks: boolean[] = [];
  const check = <Value>(wanted: Value | undefined, seen: Value) => {
    if (wanted !== undefined) checks.push(wanted === seen);
  };
  check(sky, found.sky);
  check(land, found.land);
  check(light, found.light);
  if (thing !== undefined) {
    const seen = found.things[thing.kind];
    const isThere = seen.count > 0;
    check(thing.count ?? 1, seen.count);
    check(thing.colour, isThere ? seen.colour : "none");
    check(thing.side, isThere ? seen.side : "none");
  }
  return checks;
}

export function shareOf(checks: readonly boolean[]): number {
  return checks.filter(Boolean).length / checks.length;
}

export interface Ask {
  readonly prompt: string;
  readonly facts: Facts;
}

type Row = readonly [
  kind: Kind,
  colour: string,
  side: "left" | "middle" | "right",
  land: Reading["land"],
  sky: Reading["sky"],
];

const rows: readonly Row[] = [
  ["house", "red", "left", "hills", "day"],
  ["tree", "green", "right", "mountains", "sunset"],
  ["lighthouse", "white", "middle", "sea", "night"],
  ["balloon", "yellow", "left", "desert", "day"],
  ["boat", "blue", "middle", "sea", "sunset"],
  ["house", "pink", "right", "snow", "starry"],
  ["tree", "pink", "left", "desert", "sunset"],
  ["lighthouse", "red", "right", "mountains", "starry"],
  ["balloon", "blue", "right", "sea", "day"],
  ["boat", "white", "left", "sea", "starry"],
  ["house", "blue", "middle", "desert", "night"],
  ["balloon", "red", "middle", "snow", "night"],
  ["house", "white", "left", "lavender", "dawn"],
  ["tree", "yellow", "right", "forest", "cloudy"],
  ["lighthouse", "blue", "middle", "canyon", "aurora"],
];
const landWords: Record<Reading["land"], string> = {
  hills: "among rolling hills",
  mountains: "in the mountains",
  sea: "by the sea",
  desert: "in the desert",
  snow: "in the snow",
  forest: "in the forest",
  lavender: "in a lavender field",
  canyon: "in the canyon",
};
const skyWords: Record<Reading["sky"], string> = {
  day: "by day",
  sunset: "at sunset",
  night: "at night",
  starry: "under a starry sky",
  dawn: "at dawn",
  cloudy: "under a grey sky",
  aurora: "under the northern lights",
};
const sideWords = { left: "on the left", middle: "in the middle", right: "on the right" };

/** Prompts that name every fact: all skies, lands, kinds, colours and sides in turn. */
export const asks: readonly Ask[] = rows.map(([kind, colour, side, land, sky]) => ({
  prompt: `a ${colour} ${kind} ${sideWords[side]} ${landWords[land]} ${skyWords[sky]}`,
  facts: { sky, land, thing: { kind, colour, side } },
}));
