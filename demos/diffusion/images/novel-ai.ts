import * as v from "valibot";

const commentSchema = v.object({
  steps: v.number(),
  sampler: v.optional(v.string(), ""),
  scale: v.number(),
  seed: v.number(),
  uc: v.optional(v.string(), ""),
});

/** What other programs call the samplers. */
const samplers: Readonly<Record<string, string>> = {
  k_euler: "Euler",
  k_euler_ancestral: "Euler a",
  k_lms: "LMS",
  k_heun: "Heun",
  k_dpm_2: "DPM2",
  k_dpm_2_ancestral: "DPM2 a",
  k_dpmpp_2s_ancestral: "DPM++ 2S a",
  k_dpmpp_2m: "DPM++ 2M",
  k_dpmpp_sde: "DPM++ SDE",
  k_dpm_fast: "DPM fast",
  ddim: "DDIM",
  plms: "PLMS",
};

/** The parameters text that says what NovelAI wrote into a picture in its own way; undefined for other pictures. */
export function parametersOfNovelAi(
  texts: ReadonlyMap<string, string>,
  { width, height }: { readonly width: number; readonly height: number },
): string | undefined {
  if (texts.get("Software") !== "NovelAI") return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), commentSchema), texts.get("Comment"));
  if (!parsed.success) return undefined;
  const { steps, sampler, scale, seed, uc } = parsed.output;
  const name = Object.hasOwn(samplers, sampler) ? samplers[sampler] : "Euler a";
  // Their model looks at the last layer but one, and begins its noise at this number.
  const last = `Steps: ${steps}, Sampler: ${name}, CFG scale: ${scale}, Seed: ${seed}, Size: ${width}x${height}, Clip skip: 2, ENSD: 31337`;
  return [texts.get("Description") ?? "", uc === "" ? "" : `Negative prompt: ${uc}`, last]
    .filter((line) => line !== "")
    .join("\n");
}
