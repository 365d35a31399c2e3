import type { App, AppHost, Logger } from "@vitrine/core";
import { createApp, type CreateAppOptions } from "@vitrine/server";
import { PageDriver } from "./page-driver.ts";

export interface OpenAppOptions extends Omit<CreateAppOptions, "log"> {
  /** Where the server says what went wrong. @default nowhere; read `app.logged` */
  readonly log?: Logger;
}

/** A running app without a port. */
export interface OpenApp {
  readonly host: AppHost;
  /** What the server's log says, line by line. */
  readonly logged: readonly string[];
  /** Opens a page: a session of its own, as another visitor has. */
  openPage(): Promise<PageDriver>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Runs an app with no browser and no port, for tests.
 *
 * @example
 * await using app = await openApp(demo);
 * const page = await app.openPage();
 * await page.set("name", "Ada");
 * await page.click("Submit");
 * expect(page.value("output")).toBe("Hello, Ada!");
 */
export async function openApp(app: App, options: OpenAppOptions = {}): Promise<OpenApp> {
  const logged: string[] = [];
  const write = (message: string): void => void logged.push(message);
  const server = createApp(app, { log: { info: write, warn: write, error: write }, ...options });
  const host = await server.host;
  const pages = new Set<PageDriver>();
  return {
    host,
    logged,
    async openPage() {
      const page = await PageDriver.open(host);
      pages.add(page);
      return page;
    },
    async [Symbol.asyncDispose]() {
      for (const page of pages) page.close();
      await server.close();
    },
  };
}
