import {
  eventMethod,
  Layout,
  VitrineError,
  type Block,
  type BlockOptions,
  type Build,
  type Props,
  type TriggerMethod,
} from "@vitrine/core";
import { Tab } from "../tab/tab.ts";

export interface TabsOptions extends BlockOptions {
  /** Id of the selected tab. Change it with `update({ selected: "settings" })`. @default the first that can be selected */
  readonly selected?: string | number;
}

/**
 * Pages of which one is shown. It holds nothing but `Tab`s. Event data of `change` and `select`: `{ index, id, value }`,
 * with the label as value.
 *
 * @throws OPTION_INVALID when it holds something else, or two tabs share an id
 * @example
 * const tabs = new Tabs(() => {
 *   new Tab({ label: "Text", id: "text" }, () => { … });
 *   new Tab({ label: "Image", id: "image" }, () => { … });
 * });
 * button.click(() => update({ selected: "image" }), [], tabs);
 */
export class Tabs extends Layout {
  readonly type = "tabs";
  override readonly events = ["change", "select"];
  declare readonly options: TabsOptions;
  /** Another tab is selected, by the visitor or by an update. */
  readonly change: TriggerMethod = eventMethod(this, "change");
  /** The visitor selected a tab. */
  readonly select: TriggerMethod = eventMethod(this, "select");

  constructor(options: TabsOptions, build?: Build);
  constructor(build?: Build);
  constructor(optionsOrBuild: TabsOptions | Build = {}, build?: Build) {
    super(optionsOrBuild, build);
  }

  /** What a Tab asks of the layout it stands in. */
  get holdsTabs(): true {
    return true;
  }

  override append(block: Block): void {
    if (!(block instanceof Tab)) {
      throw new VitrineError("OPTION_INVALID", {
        message: `Tabs expected only Tab directly inside, got ${block.constructor.name}.`,
        hint: "Put it inside one of the tabs.",
      });
    }
    const { id } = block.options;
    if (id !== undefined && this.children.some((tab) => tab instanceof Tab && tab.options.id === id)) {
      throw new VitrineError("OPTION_INVALID", {
        message: `Tabs expected a different id for each tab, got ${JSON.stringify(id)} twice.`,
      });
    }
    super.append(block);
  }

  protected override ownProps(): Props {
    const { selected } = this.options;
    return selected === undefined ? {} : { selected };
  }
}
