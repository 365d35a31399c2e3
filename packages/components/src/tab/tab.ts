import {
  eventMethod,
  Layout,
  VitrineError,
  type BlockOptions,
  type Build,
  type Props,
  type TriggerMethod,
} from "@vitrine/core";

export interface TabOptions extends BlockOptions {
  /** Text of the tab. */
  readonly label: string;
  /** Names the tab for `selected` of its Tabs. @default its place among the tabs, from 0 */
  readonly id?: string | number;
  /** Whether visitors can select it. @default true */
  readonly interactive?: boolean;
  /** Draws its contents before it is first selected. @default false */
  readonly renderChildren?: boolean;
}

/**
 * One page of Tabs. Its contents are first drawn when it is first selected, and keep their values.
 *
 * @throws OPTION_INVALID when it is constructed anywhere but directly inside Tabs
 * @example new Tabs(() => { new Tab({ label: "Text" }, () => { … }); new Tab({ label: "Image" }, () => { … }); });
 */
export class Tab extends Layout {
  readonly type = "tab";
  override readonly events = ["select"];
  declare readonly options: TabOptions;
  /** The visitor selected this tab. */
  readonly select: TriggerMethod = eventMethod(this, "select");

  constructor(options: TabOptions, build?: Build) {
    super(options, build);
    requireTabs(this);
  }

  // Layout's constructor builds, so a misplaced Tab is refused before anything is constructed inside it.
  override build(build: Build): this {
    requireTabs(this);
    return super.build(build);
  }

  override render(): this {
    super.render();
    requireTabs(this);
    return this;
  }

  protected override ownProps(): Props {
    const { label, id, interactive = true, renderChildren = false } = this.options;
    return { label, ...(id === undefined ? {} : { id }), interactive, renderChildren };
  }
}

function requireTabs(tab: Tab): void {
  if (tab.parent === undefined || "holdsTabs" in tab.parent) return;
  throw new VitrineError("OPTION_INVALID", {
    message: `Tab "${tab.options.label}" expected to stand directly inside Tabs.`,
    hint: "Wrap the tabs: new Tabs(() => { new Tab(…); new Tab(…); }).",
  });
}
