import { readFileSync } from "node:fs";
import { Blocks, HTML, Markdown } from "vitrine";
import { sections, type Demo, type Section } from "./demos.ts";

const introduction = `# Vitrine
Any TypeScript function in a window. Each of these is one short file in \`demos/\`; open one, then read it.`;

const css = readFileSync(new URL("gallery.css", import.meta.url), "utf8");

/** The page that leads to every demo. */
export const gallery = new Blocks({ title: "Vitrine demos", css }, () => {
  new Markdown({ value: introduction });
  for (const section of sections) new HTML({ value: drawSection(section) });
});

/** Every demo at an address of its own. */
export const mount = Object.fromEntries(
  sections.flatMap(({ demos }) => demos.map(({ name, app }) => [`/${name}`, app] as const)),
);

function drawSection({ title, demos }: Section): string {
  return `<h2 class="gallery-title">${title}</h2><ul class="gallery">${demos.map(drawCard).join("")}</ul>`;
}

function drawCard({ name, title, about }: Demo): string {
  return `<li><a class="gallery-card" href="${name}/"><strong>${title}</strong><span>${about}</span></a></li>`;
}
