// What postprocessing adds to sharp: twenty pictures of twelve megapixels, made twice as large by Lanczos and mirrored,
// through the runner with its scripts, names and metadata, over the same calls of sharp alone; and the memory both take.
// Each side runs in a process of its own, in turn, so that a busy machine is busy for both.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { report } from "./lib/report.ts";

/** Twelve megapixels. */
const size = { width: 4000, height: 3000 };
const pictures = 20;
/** Taken by each side at a time, in turn. */
const atOnce = 5;

interface Measured {
  readonly ms: number;
  /** Of the processor, on all cores: what else the machine does counts less. */
  readonly cpuMs: number;
  readonly peakBytes: number;
}

const folder = await mkdtemp(join(tmpdir(), "bench-postprocessing-"));
try {
  const source = join(folder, "source.jpg");
  await writeFile(source, await drawPhoto());
  const sides: Record<"studio" | "sharp", Measured[]> = { studio: [], sharp: [] };
  for (let done = 0; done < pictures; done += atOnce) {
    sides.sharp.push(await measure("sharp", source));
    sides.studio.push(await measure("studio", source));
  }
  const sum = (side: readonly Measured[], of: (one: Measured) => number) =>
    side.reduce((total, one) => total + of(one), 0);
  const what = `${pictures} pictures of 12 megapixels, Lanczos x2 and mirrored, over bare sharp`;
  const inSeconds = (of: (one: Measured) => number) => ({
    measured: sum(sides.studio, of) / 1000,
    floor: sum(sides.sharp, of) / 1000,
    budget: "<= 1.1x",
    unit: "s",
  });
  report({ what, ...inSeconds(({ ms }) => ms) });
  report({ what: "the same: processor time", ...inSeconds(({ cpuMs }) => cpuMs) });
  const peak = (side: readonly Measured[]) => Math.max(...side.map(({ peakBytes }) => peakBytes)) / 2 ** 20;
  report({
    what: "the same: most memory at a time",
    measured: peak(sides.studio),
    floor: peak(sides.sharp),
    unit: "MB",
  });
} finally {
  await rm(folder, { recursive: true });
}

/** Shapes and grain, so that decoding, resizing and encoding have what a photograph gives them to do. */
async function drawPhoto(): Promise<Buffer> {
  const grain = sharp({
    create: { ...size, channels: 3, background: "#000", noise: { type: "gaussian", mean: 128, sigma: 12 } },
  });
  const shapes = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}"><defs><linearGradient id="g"><stop offset="0" stop-color="#306090"/><stop offset="1" stop-color="#e0b070"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)" opacity=".8"/><circle cx="1400" cy="1300" r="700" fill="#903040" opacity=".7"/></svg>`;
  return grain
    .composite([{ input: Buffer.from(shapes) }])
    .jpeg({ quality: 90 })
    .toBuffer();
}

function measure(side: "studio" | "sharp", source: string): Promise<Measured> {
  const script = fileURLToPath(new URL("lib/postprocess-once.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, side, source, String(atOnce)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(output) as Measured);
      else reject(new Error(`The measured process ended with code ${code}.`));
    });
  });
}
