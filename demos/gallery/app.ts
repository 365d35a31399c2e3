import { readFileSync } from "node:fs";
import { Blocks, HTML, Markdown } from "vitrine";
import { sections, type Demo, type Section } from "./demos.ts";

const introduction = `# Vitrine
Any TypeScript function in a window. Each of these is one short file in \`demos/\`; open one, then read it.`;

const gallery = new Blocks({ title: "Vitrine demos", css: readFileSync(new URL("gallery.css", import.meta.url), "utf8") }, () => {
  new Markdown({ value: introduction });
  for (const section of sections) new HTML({ value: drawSection(section) });
});

function drawSection({ title, demos }: Section): string {
  return `<h2 class="gallery-title">${title}</h2><ul class="gallery">${demos.map(drawCard).join("")}</ul>`;
}

function drawCard({ name, title, about }: Demo): string {
  return `<li><a class="gallery-card" href="${name}/"><strong>${title}</strong><span>${about}</span></a></li>`;
}

const mount = Object.fromEntries(sections.flatMap(({ demos }) => demos.map(({ name, app }) => [`/${name}`, app])));
await gallery.launch({ mount });
