export { openApp, type OpenApp, type OpenAppOptions } from "./open-app.ts";
export type { PageDriver, Target } from "./page-driver.ts";
