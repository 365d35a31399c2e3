import { createStudioPage } from "../diffusion/studio-page.ts";
import { embeddedModel, isModelFolder, openStudio } from "../diffusion/studio.ts";
import type { Section } from "./demos.ts";

/** The diffusion studio in a section of its own, where its model is. The model is loaded when somebody draws. */
export async function studioSections(): Promise<readonly Section[]> {
  if (!isModelFolder(embeddedModel)) return [];
  const studio = await openStudio({ model: embeddedModel });
  return [
    {
      title: "The studio",
      demos: [
        {
          name: "diffusion",
          app: createStudioPage(studio),
          title: "Diffusion studio",
          about: "Pictures from words: previews, a fair queue, postprocessing, and a model in the box.",
        },
      ],
    },
  ];
}
