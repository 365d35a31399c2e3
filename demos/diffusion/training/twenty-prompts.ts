// Draws twenty prompts with the embedded model, each with the first seed, and puts them on a sheet:
// npx tsx demos/diffusion/training/twenty-prompts.ts <file> [model folder]
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { DiffusionPipeline } from "../pipeline/diffusion-pipeline.ts";
import { contactSheet, type SheetCard } from "./contact-sheet.ts";

const prompts = [
  "a red house in the mountains",
  "a white lighthouse by the sea at sunset",
  "three hot air balloons over the desert in the morning sun",
  "a sailing boat on the ocean under a full moon",
  "a lonely green tree on rolling hills",
  "a cosy cabin in the snow at night",
  "a white house in a lavender field at sunrise",
  "a blue boat on a lake below high peaks",
  "a starry night in the desert",
  "a yellow balloon over the canyon in the evening",
  "a lighthouse on the left and a ship on the right, stars in the sky",
  "winter landscape with three trees and a bright sun",
  "a small red cabin in the forest under grey clouds",
  "two red boats at sea, sunset",
  "a yellow house on the left and a pink tree on the right, countryside",
  "mountains under the milky way",
  "northern lights over a winter landscape",
  "a green balloon in the sky above the sea, sunshine",
  "a group of three trees among sand dunes at dusk",
  "a small cottage on a meadow with the moon above, night",
];

const embedded = fileURLToPath(new URL("../models/postcard", import.meta.url));
const [file = "twenty-prompts.jpg", model = embedded] = process.argv.slice(2);
const pipeline = await DiffusionPipeline.open({ model });
const cards: SheetCard[] = [];
for (const prompt of prompts) {
  const { pictures } = await pipeline.generate({ prompt, seed: 1, preview: "none" });
  cards.push({ picture: pictures[0]!.picture, title: prompt });
}
await pipeline.close();
await writeFile(file, await contactSheet(cards, 5));
