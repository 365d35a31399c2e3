import type { Locator, Page } from "playwright-core";

/** What the tab in front says of one's jobs. */
export function status(page: Page): Locator {
  return page.locator(".vt-tabs-panel:not([hidden]) .studio-status");
}

/** The gallery of the tab in front. */
export function pictures(page: Page): Locator {
  return page.locator(".vt-tabs-panel:not([hidden]) [data-type=gallery] .vt-gallery-item");
}

export function press(page: Page, name: string): Promise<void> {
  return page.getByRole("button", { name, exact: true }).click();
}

/** A Number, or the field beside a Slider. */
export function numberField(page: Page, label: string): Locator {
  const name = new RegExp(`^${label}(, as a number)?$`);
  return page.getByRole("spinbutton", { name }).locator("visible=true");
}

export async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const field = numberField(page, label);
  await field.fill(String(value));
  await field.blur();
}

/** Asks for a picture in so many steps. */
export async function generate(page: Page, prompt: string, steps: number): Promise<void> {
  await page.getByLabel("Prompt", { exact: true }).fill(prompt);
  await setNumber(page, "Steps", steps);
  await page.getByRole("button", { name: /^Generate/ }).click();
}

/** Waits until a job of so many steps draws. */
export function drawing(page: Page, steps: number): Promise<void> {
  return status(page)
    .getByText(new RegExp(`Step \\d+ of ${steps}`))
    .waitFor();
}

export async function howItWasMade(page: Page): Promise<string> {
  return page.getByRole("textbox", { name: "How it was made" }).inputValue();
}
