import { useEffect, useState } from "preact/hooks";
import type { Page } from "../page.ts";
import { openApi } from "./open-api.ts";
import { chooseTheme, currentTheme, themes, type Theme } from "./theme.ts";

export function Footer({ page }: { readonly page: Page }) {
  const open = (event: Event) => {
    event.preventDefault();
    openApi(page);
  };
  return (
    <footer class="vt-footer" data-part="footer">
      <a href="?view=api" onClick={open}>
        Use via API
      </a>
      <span>Built with Vitrine</span>
      <ThemeSwitch />
    </footer>
  );
}

function ThemeSwitch() {
  const [theme, setTheme] = useState<string>();
  useEffect(() => setTheme(currentTheme()), []);
  const choose = (chosen: Theme) => {
    chooseTheme(chosen);
    setTheme(chosen);
  };
  return (
    <fieldset class="vt-theme" data-part="theme">
      <legend class="vt-hidden">Theme</legend>
      {themes.map((one) => (
        <label key={one}>
          <input
            class="vt-hidden"
            type="radio"
            name="vitrine-theme"
            checked={one === theme}
            onChange={() => choose(one)}
          />
          {one}
        </label>
      ))}
    </fieldset>
  );
}
