import { App, compileApp, type AppOptions, type Build } from "@vitrine/core";
import { launch, type Launched, type LaunchOptions } from "@vitrine/server";

export interface BlocksOptions extends AppOptions {}

/**
 * An app: what is constructed in `build` belongs to it, and listeners declared there connect it.
 *
 * @example
 * new Blocks({ title: "Greeter" }, () => {
 *   const name = new Textbox({ label: "Name" });
 *   const greeting = new Textbox({ label: "Greeting" });
 *   new Button("Greet").click((name) => `Hello, ${name}!`, name, greeting);
 * }).launch();
 */
export class Blocks extends App {
  constructor(optionsOrBuild: BlocksOptions | Build = {}, build?: Build) {
    super(optionsOrBuild, build);
  }

  /** Serves the app. @throws PORT_IN_USE when the given port is taken */
  launch(options: LaunchOptions = {}): Promise<Launched> {
    // Wiring mistakes are told before anything listens.
    compileApp(this);
    return launch(this, options);
  }
}
