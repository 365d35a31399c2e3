import { Button, Column, HTML, Image, Row, Textbox } from "vitrine";
import { parametersKey, readTexts } from "../images/metadata.ts";
import { escapeHtml } from "./status-line.ts";

export interface PngInfoPanel {
  /** The parameters text of the picture; empty for none. */
  readonly parameters: Textbox;
  readonly picture: Image<"buffer", false>;
  readonly toTxt2img: Button;
  readonly toExtras: Button;
}

/** What a picture says about how it was made. */
export function buildPngInfo(): PngInfoPanel {
  let picture!: PngInfoPanel["picture"];
  let panel!: Omit<PngInfoPanel, "picture">;
  new Row(() => {
    new Column(() => {
      picture = new Image({
        label: "Picture",
        sources: ["upload", "clipboard"],
        required: false,
        placeholder: "Drop a PNG, JPEG or WebP here",
      });
    });
    new Column(() => {
      const parameters = new Textbox({
        label: "Parameters",
        lines: 5,
        interactive: false,
        buttons: ["copy"],
        placeholder: "What the picture says about itself",
      });
      let toTxt2img!: Button;
      let toExtras!: Button;
      new Row({ elemClasses: ["studio-sends"] }, () => {
        toTxt2img = new Button("Send to txt2img", { variant: "primary", size: "md" });
        toExtras = new Button("Send to Extras", { size: "md" });
      });
      const others = new HTML({ label: "Other texts", showLabel: false, container: false });
      picture.change(describeTexts, picture, [parameters, others], { apiName: "png-info" });
      panel = { parameters, toTxt2img, toExtras };
    });
  });
  return { ...panel, picture };
}

async function describeTexts(bytes: Uint8Array | null): Promise<[parameters: string, others: string]> {
  if (bytes === null) return ["", ""];
  const texts = await readTexts(bytes);
  const others = [...texts].filter(([key]) => key !== parametersKey);
  if (texts.size === 0) return ["", '<p class="studio-note">Nothing is written in this picture.</p>'];
  return [
    texts.get(parametersKey) ?? "",
    others
      .map(
        ([key, text]) =>
          `<p class="studio-text-name">${escapeHtml(key)}</p><pre class="studio-text">${escapeHtml(text)}</pre>`,
      )
      .join(""),
  ];
}
