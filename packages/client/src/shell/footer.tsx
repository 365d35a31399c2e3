import { useEffect, useState } from "preact/hooks";
import { chooseTheme, currentTheme, themes, type Theme } from "./theme.ts";

export function Footer() {
  return (
    <footer class="vt-footer" data-part="footer">
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
