import { Tab, Tabs } from "@vitrine/components";
import { VitrineError, type App } from "@vitrine/core";
import { Blocks, type BlocksOptions } from "./blocks.ts";

/**
 * Several apps as tabs of one.
 *
 * @param names one for each app. @default "Tab 1", "Tab 2", …
 * @throws OPTION_INVALID when there are names, but not one for each app
 */
export class TabbedInterface extends Blocks {
  constructor(
    apps: readonly App[],
    names: readonly string[] = apps.map((_, index) => `Tab ${index + 1}`),
    options: BlocksOptions = {},
  ) {
    super(options);
    if (names.length !== apps.length) {
      throw new VitrineError("OPTION_INVALID", {
        message: `TabbedInterface expected ${apps.length} names, got ${names.length}.`,
      });
    }
    this.build(() => {
      new Tabs(() => {
        apps.forEach(
          (app, index) => new Tab({ label: names[index] ?? "" }, () => void app.unrender().render()),
        );
      });
    });
  }
}
