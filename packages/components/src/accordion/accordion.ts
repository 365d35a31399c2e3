import {
  eventMethod,
  Layout,
  type BlockOptions,
  type Build,
  type Props,
  type TriggerMethod,
} from "@vitrine/core";

export interface AccordionOptions extends BlockOptions {
  /** Text of the line that opens and closes it. @default "Details" */
  readonly label?: string;
  /** Whether it is open. Change it with `update({ open: false })`. @default true */
  readonly open?: boolean;
}

/**
 * A section that opens and closes. Children of a closed one are first drawn when it opens, and keep their values.
 *
 * @example new Accordion({ label: "Advanced", open: false }, () => { new Slider({ label: "Strength" }); });
 */
export class Accordion extends Layout {
  readonly type = "accordion";
  override readonly events = ["expand", "collapse"];
  declare readonly options: AccordionOptions;
  /** It opened, by the visitor or by an update. */
  readonly expand: TriggerMethod = eventMethod(this, "expand");
  /** It closed, by the visitor or by an update. */
  readonly collapse: TriggerMethod = eventMethod(this, "collapse");

  constructor(options: AccordionOptions, build?: Build);
  constructor(build?: Build);
  constructor(optionsOrBuild: AccordionOptions | Build = {}, build?: Build) {
    super(optionsOrBuild, build);
  }

  protected override ownProps(): Props {
    const { label = "Details", open = true } = this.options;
    return { label, open };
  }
}
