import type { languagesOf, SnippetLanguage } from "@vitrine/core/api-snippets";
import { useRef } from "preact/hooks";

interface LanguageTabsProps {
  readonly languages: ReturnType<typeof languagesOf>;
  readonly chosen: SnippetLanguage;
  readonly onChoose: (language: SnippetLanguage) => void;
}

/** Tabs as WAI-ARIA has them: one stop, arrows go on. */
export function LanguageTabs({ languages, chosen, onChoose }: LanguageTabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const choose = (index: number): void => {
    const { language } = languages[(index + languages.length) % languages.length] ?? {};
    if (!language) return;
    onChoose(language);
    list.current?.querySelector<HTMLElement>(`#vt-api-tab-${language}`)?.focus();
  };
  const move = (event: KeyboardEvent): void => {
    const at = languages.findIndex(({ language }) => language === chosen);
    const targets: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: languages.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    choose(target);
  };
  return (
    <div ref={list} class="vt-api-tabs" role="tablist" aria-label="Language" onKeyDown={move}>
      {languages.map(({ language, name }) => (
        <button
          key={language}
          type="button"
          role="tab"
          id={`vt-api-tab-${language}`}
          aria-selected={language === chosen}
          aria-controls="vt-api-panel"
          tabIndex={language === chosen ? 0 : -1}
          onClick={() => onChoose(language)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
