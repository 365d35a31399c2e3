// Runs before anything is drawn, in a file of its own: no flash of the other theme, and no inline script.
import { themeKey, themes } from "./theme.ts";

const root = document.documentElement;
try {
  const chosen = themes.find((theme) => theme === localStorage.getItem(themeKey));
  if (chosen) root.dataset["theme"] = chosen;
} catch {
  // Storage can be forbidden; the app's own theme then holds.
}
if (/Mac|iPhone|iPad/.test(navigator.userAgent)) root.dataset["keys"] = "mac";
