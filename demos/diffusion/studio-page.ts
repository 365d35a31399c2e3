import { readFileSync } from "node:fs";
import { Blocks, skip, State, Tab, Tabs, update } from "vitrine";
import { buildAdministration } from "./panels/administration.ts";
import { buildExtras, type ExtrasPanel } from "./panels/extras.ts";
import { fillForm } from "./panels/fill-form.ts";
import { buildPngInfo, type PngInfoPanel } from "./panels/png-info.ts";
import { buildTxt2img, type Txt2imgPanel } from "./panels/txt2img.ts";
import type { Studio } from "./studio.ts";

const quiet = { apiName: false, showProgress: "hidden", concurrencyLimit: null } as const;

/** The studio's page: a tab for each thing one can do, and the ways between them. */
export function createStudioPage(studio: Studio): Blocks {
  const css = readFileSync(new URL("studio.css", import.meta.url), "utf8");
  const page = new Blocks({ title: "Vitrine Studio", sessions: "tab", fillWidth: true, css });
  return page.build(() => {
    let txt2img!: Txt2imgPanel;
    let extras!: ExtrasPanel;
    let pngInfo!: PngInfoPanel;
    const tabs = new Tabs({ selected: "txt2img" }, () => {
      new Tab({ label: "txt2img", id: "txt2img" }, () => void (txt2img = buildTxt2img(studio, page.load)));
      new Tab({ label: "Extras", id: "extras" }, () => void (extras = buildExtras(studio, page.load)));
      new Tab({ label: "PNG Info", id: "png-info" }, () => void (pngInfo = buildPngInfo()));
      new Tab({ label: "Settings", id: "settings" }, () => buildAdministration(studio, page.load));
    });
    wireTabs(studio, { tabs, txt2img, extras, pngInfo });
    forgetVisitors(studio, page);
  });
}

interface Panels {
  readonly tabs: Tabs;
  readonly txt2img: Txt2imgPanel;
  readonly extras: ExtrasPanel;
  readonly pngInfo: PngInfoPanel;
}

/** What one tab sends to another. */
function wireTabs(studio: Studio, { tabs, txt2img, extras, pngInfo }: Panels): void {
  const { board } = studio;
  const names = Object.keys(txt2img.form);
  const fields = [...Object.values(txt2img.form), txt2img.filledFor];
  const wasWritten = (text: string) => text.trim() !== "";
  txt2img.toExtras.click(
    (name, { session, log }) => {
      const found = board.userOf(session.id).shelf.find(name);
      if (!found) log.info("There is no picture to send yet.", { durationMs: 3000 });
      return found ? toExtras(found.path) : nothing();
    },
    txt2img.chosen,
    [extras.picture, extras.mode, tabs],
    quiet,
  );
  txt2img.reuseAll.click(
    (name, { session }) =>
      fillForm(studio, { names, text: board.userOf(session.id).shelf.find(name)?.parameters }),
    txt2img.chosen,
    fields,
    quiet,
  );
  pngInfo.toTxt2img.click(
    (text, { log }) => {
      if (!wasWritten(text))
        log.info("The picture says nothing about how it was made.", { durationMs: 3000 });
      return fillForm(studio, { names, text });
    },
    pngInfo.parameters,
    fields,
    quiet,
  );
  pngInfo.toTxt2img.click(
    (text) => (wasWritten(text) ? update({ selected: "txt2img" }) : skip()),
    pngInfo.parameters,
    tabs,
    quiet,
  );
  pngInfo.toExtras.click(
    (bytes) => (bytes === null ? nothing() : toExtras(bytes)),
    pngInfo.picture,
    [extras.picture, extras.mode, tabs],
    quiet,
  );
}

type SentToExtras = [picture: string | Uint8Array | Skipped, mode: "One picture" | Skipped, tabs: Skipped];
type Skipped = ReturnType<typeof skip>;

function toExtras(picture: string | Uint8Array): SentToExtras {
  return [picture, "One picture", update({ selected: "extras" })];
}

function nothing(): SentToExtras {
  return [skip(), skip(), skip()];
}

/** Pictures and jobs are deleted with the visitor's session. */
function forgetVisitors({ board, administrators }: Studio, page: Blocks): void {
  const visitor = new State("", {
    onDelete: (id) => {
      administrators.forget(id);
      return board.forget(id);
    },
  });
  page.load(({ session }) => session.id, null, visitor, quiet);
}
