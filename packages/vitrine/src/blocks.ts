import { App, compileApp, type AppOptions, type EndpointTypes, type Listener } from "@vitrine/core";
import { launch, type Launched, type LaunchOptions } from "@vitrine/server";

export interface BlocksOptions extends AppOptions {}

/** The endpoints a build callback names by returning `{ name: listener }`; those of any other app are unknown. */
export type EndpointsOf<TBuilt> = TBuilt extends { readonly [name: string]: Listener }
  ? { readonly [K in keyof TBuilt]: TBuilt[K]["endpointType"] }
  : EndpointTypes;

/**
 * An app: what is constructed in `build` belongs to it, and listeners declared there connect it.
 *
 * @example
 * new Blocks({ title: "Greeter" }, () => {
 *   const name = new Textbox({ label: "Name" });
 *   const greeting = new Textbox({ label: "Greeting" });
 *   new Button("Greet").click((name) => `Hello, ${name}!`, name, greeting);
 * }).launch();
 *
 * A callback may return listeners: `return { greet: button.click(…) }` names the endpoint, and clients are checked
 * against it (`connect<typeof demo>(url)`).
 */
export class Blocks<TBuilt = unknown> extends App {
  /** Only for the compiler: what clients may call. */
  declare readonly endpointTypes: EndpointsOf<TBuilt>;

  constructor(optionsOrBuild: BlocksOptions | (() => TBuilt) = {}, build?: () => TBuilt) {
    super(optionsOrBuild, build);
  }

  /** Serves the app. @throws PORT_IN_USE when the given port is taken */
  launch(options: LaunchOptions = {}): Promise<Launched> {
    // Wiring mistakes are told before anything listens.
    compileApp(this);
    return launch(this, options);
  }
}
