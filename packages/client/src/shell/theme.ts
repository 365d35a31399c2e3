/** Where the visitor's choice is kept, for all apps of this address. */
export const themeKey = "vitrine:theme";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** The theme of the page: the visitor's choice, or else the app's. */
export function currentTheme(): string | undefined {
  return document.documentElement.dataset["theme"];
}

export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(themeKey, theme);
  } catch {
    // Storage can be forbidden; the choice then holds for this page.
  }
}
