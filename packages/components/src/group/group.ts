import { Layout } from "@vitrine/core";

/**
 * Puts its children on one surface, without gaps between them.
 *
 * @example new Group(() => { new Textbox({ label: "Name" }); new Textbox({ label: "Town" }); });
 */
export class Group extends Layout {
  readonly type = "group";
}
