import { Layout, type BlockOptions, type Build, type Props } from "@vitrine/core";

export interface ColumnOptions extends BlockOptions {
  /** How much of a Row's width it takes, relative to its neighbours. @default 1 */
  readonly scale?: number;
  /** Below this width in CSS pixels a Row wraps; it wins over `scale`. @default 320 */
  readonly minWidth?: number;
  /** `"panel"`: on a surface of its own; `"compact"`: without gaps between children. @default "default" */
  readonly variant?: "default" | "panel" | "compact";
}

/**
 * Puts its children below each other; several of them share a Row.
 *
 * @example new Row(() => { new Column(() => { … }); new Column({ scale: 2 }, () => { … }); });
 */
export class Column extends Layout {
  readonly type = "column";
  declare readonly options: ColumnOptions;

  constructor(options: ColumnOptions, build?: Build);
  constructor(build?: Build);
  constructor(optionsOrBuild: ColumnOptions | Build = {}, build?: Build) {
    super(optionsOrBuild, build);
  }

  protected override ownProps(): Props {
    const { scale = 1, minWidth = 320, variant = "default" } = this.options;
    return { scale, minWidth, variant };
  }
}
