import { Layout, type BlockOptions, type Build, type Props } from "@vitrine/core";
import { heightProps, type HeightOptions } from "../shared/css-size.ts";

export interface RowOptions extends BlockOptions, HeightOptions {
  /** `"panel"`: on a surface of its own; `"compact"`: without gaps between children. @default "default" */
  readonly variant?: "default" | "panel" | "compact";
  /** Stretches all children to the height of the highest. @default false */
  readonly equalHeight?: boolean;
}

/**
 * Puts its children side by side, sharing the width by their `scale`. It wraps when a child would get narrower than
 * its `minWidth`, so on a phone they stand below each other.
 *
 * @throws OPTION_INVALID when a height is no length
 * @example new Row(() => { new Textbox({ label: "From" }); new Textbox({ label: "To" }); });
 */
export class Row extends Layout {
  readonly type = "row";
  declare readonly options: RowOptions;

  constructor(options: RowOptions, build?: Build);
  constructor(build?: Build);
  constructor(optionsOrBuild: RowOptions | Build = {}, build?: Build) {
    super(optionsOrBuild, build);
    heightProps(this.options);
  }

  protected override ownProps(): Props {
    const { variant = "default", equalHeight = false } = this.options;
    return { variant, equalHeight, ...heightProps(this.options) };
  }
}
