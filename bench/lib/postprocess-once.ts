// One side of the benchmark of postprocessing: `studio` or `sharp`, the picture, how often.
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { SharedState } from "../../demos/diffusion/jobs/shared-state.ts";
import type { Picture } from "../../demos/diffusion/images/picture.ts";
import { runPostprocessing } from "../../demos/diffusion/postprocessing/run-postprocessing.ts";
import { ScriptPostprocessingRunner } from "../../demos/diffusion/postprocessing/runner.ts";
import { FlippedCopiesScript } from "../../demos/diffusion/postprocessing/scripts/flipped-copies.ts";
import { UpscaleScript } from "../../demos/diffusion/postprocessing/scripts/upscale.ts";
import { listUpscalers } from "../../demos/diffusion/postprocessing/upscalers/upscale-picture.ts";

const [side = "", source = "", count = "1"] = process.argv.slice(2);
const quality = 80;

const startMs = performance.now();
const startCpu = process.cpuUsage();
if (side === "studio") await throughStudio(Number(count));
else await throughSharp(Number(count));
const ms = performance.now() - startMs;
const { user, system } = process.cpuUsage(startCpu);
// In kilobytes, the most the process has ever had.
console.log(
  JSON.stringify({ ms, cpuMs: (user + system) / 1000, peakBytes: process.resourceUsage().maxRSS * 1024 }),
);

async function throughStudio(pictures: number): Promise<void> {
  const state = new SharedState<unknown, Picture>();
  const scripts = [new UpscaleScript({ upscalers: () => listUpscalers() }), new FlippedCopiesScript()];
  const runner = new ScriptPostprocessingRunner<Picture>({ scripts, state });
  const args = runner.createArgsForRun({
    Upscale: { upscaleBy: 2, upscaler1Name: "Lanczos" },
    "Create flipped copies": { enable: true, option: ["Horizontal"] },
  });
  const inputs = Array.from({ length: pictures }, (_, index) => ({
    name: `${index}.jpg`,
    read: () => readFile(source),
  }));
  let results = 0;
  const onResult = () => void (results += 1);
  const options = { runner, state, args, format: "jpeg", quality, keepsResults: false, onResult } as const;
  const { failures } = await runPostprocessing({ kind: "batch", inputs }, options);
  if (failures.length > 0 || results !== 2 * pictures) throw new Error("The studio did not do its part.");
}

/** The same work by hand: decoded once, enlarged once, mirrored, both encoded. */
async function throughSharp(pictures: number): Promise<void> {
  for (let index = 0; index < pictures; index++) {
    const bytes = await readFile(source);
    const decoded = await sharp(bytes).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const { width, height } = decoded.info;
    const small = sharp(decoded.data, { raw: { width, height, channels: 3 } });
    const large = await small
      .resize(2 * width, 2 * height, { kernel: "lanczos3" })
      .raw()
      .toBuffer();
    const raw = {
      raw: { width: 2 * width, height: 2 * height, channels: 3 as const },
      limitInputPixels: false,
    };
    const mirrored = await sharp(large, raw).flop().raw().toBuffer();
    await sharp(large, raw).jpeg({ quality }).toBuffer();
    await sharp(mirrored, raw).jpeg({ quality }).toBuffer();
  }
}
