import { Textbox, type TextboxOptions } from "./textbox.ts";

/**
 * A Textbox of seven lines.
 *
 * @example new TextArea({ label: "Letter" })
 */
export class TextArea extends Textbox {
  constructor(options: TextboxOptions = {}) {
    super({ lines: 7, ...options });
  }
}
