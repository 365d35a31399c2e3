// Draws one picture and writes it as a PNG with its parameters in it:
// npx tsx demos/diffusion/examples/generate.ts "a red house by the sea" postcard.png [model folder]
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parametersKey, writeTexts } from "../images/metadata.ts";
import { encodePicture } from "../images/picture.ts";
import { generate } from "../pipeline/generate.ts";

const [prompt = "a red house by the sea, at sunset", file = "picture.png", model] = process.argv.slice(2);

const { pictures } = await generate({
  model: model ?? fileURLToPath(new URL("../models/postcard", import.meta.url)),
  prompt,
  seed: 1,
  onStep: ({ step, steps }) => process.stdout.write(`\rstep ${step} of ${steps}`),
});
for (const { picture, parameters } of pictures) {
  const png = await encodePicture(picture, { format: "png" });
  await writeFile(file, writeTexts(png, new Map([[parametersKey, parameters]])));
  console.log(`\n${file}\n${parameters}`);
}
