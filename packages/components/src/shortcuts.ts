import { State, VitrineError, type AnyComponent, type Component } from "@vitrine/core";
import { Button } from "./button/button.ts";
import { CheckboxGroup } from "./checkbox-group/checkbox-group.ts";
import { Checkbox } from "./checkbox/checkbox.ts";
import { Dropdown } from "./dropdown/dropdown.ts";
import { File } from "./file/file.ts";
import { Gallery } from "./gallery/gallery.ts";
import { HTML } from "./html/html.ts";
import { Image } from "./image/image.ts";
import { JSON } from "./json/json.ts";
import { Label } from "./label/label.ts";
import { Markdown } from "./markdown/markdown.ts";
import { Number } from "./number/number.ts";
import { Chatbot } from "./chatbot/chatbot.ts";
import { Radio } from "./radio/radio.ts";
import { describeValue } from "./shared/describe-value.ts";
import { Slider } from "./slider/slider.ts";
import { TextArea } from "./textbox/text-area.ts";
import { Textbox } from "./textbox/textbox.ts";

/** Names that stand for a component with default options, wherever an Interface takes one. */
export interface Shortcuts {
  readonly button: Button;
  readonly chatbot: Chatbot;
  readonly checkbox: Checkbox;
  readonly checkbox_group: CheckboxGroup;
  readonly checkboxgroup: CheckboxGroup;
  readonly dropdown: Dropdown;
  readonly file: File;
  readonly files: File<"filepath", "multiple">;
  readonly gallery: Gallery;
  readonly html: HTML;
  readonly image: Image;
  readonly json: JSON;
  readonly label: Label;
  readonly markdown: Markdown;
  readonly number: Number;
  readonly radio: Radio;
  readonly slider: Slider;
  /** A State that begins as `undefined`; a name cannot tell its type, so your function's annotation is believed. */
  readonly state: Component<never, unknown, null> & { readonly isInApi: false };
  readonly text: Textbox;
  readonly text_area: TextArea;
  readonly textarea: TextArea;
  readonly textbox: Textbox;
}

export type ShortcutName = keyof Shortcuts;

/** Names without underscores, which make no difference. */
const factories: Readonly<Record<string, () => AnyComponent>> = {
  button: () => new Button(),
  chatbot: () => new Chatbot(),
  checkbox: () => new Checkbox(),
  checkboxgroup: () => new CheckboxGroup(),
  dropdown: () => new Dropdown(),
  file: () => new File(),
  files: () => new File({ fileCount: "multiple" }),
  gallery: () => new Gallery(),
  html: () => new HTML(),
  image: () => new Image(),
  json: () => new JSON(),
  label: () => new Label(),
  markdown: () => new Markdown(),
  number: () => new Number(),
  radio: () => new Radio(),
  slider: () => new Slider(),
  state: () => new State<unknown>(),
  text: () => new Textbox(),
  textarea: () => new TextArea(),
  textbox: () => new Textbox(),
} satisfies Record<WithoutUnderscore<ShortcutName>, () => AnyComponent>;

type WithoutUnderscore<TName extends string> = TName extends `${string}_${string}` ? never : TName;

/**
 * The component a name stands for, standing in no layout. Capitals and underscores make no difference.
 *
 * @throws UNKNOWN_SHORTCUT naming those there are
 */
export function componentFromShortcut(name: string): AnyComponent {
  const key = name.toLowerCase().replaceAll("_", "");
  const make = Object.hasOwn(factories, key) ? factories[key] : undefined;
  if (make) return make().unrender();
  const names = Object.keys(factories).map((known) => `"${known}"`);
  throw new VitrineError("UNKNOWN_SHORTCUT", {
    message: `Expected the name of a component (${names.join(", ")}), got ${describeValue(name)}.`,
  });
}
