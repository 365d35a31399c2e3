import type { ApiDescription, EndpointDescription } from "@vitrine/core";
import {
  exampleCall,
  languagesOf,
  mcpHostSettings,
  writeSnippet,
  type SnippetCall,
  type SnippetLanguage,
  type SnippetTarget,
} from "@vitrine/core/api-snippets";
import type { PageServices } from "@vitrine/components/views";
import { CodeBlock } from "./code-block.tsx";
import { ParameterTable, ReturnList } from "./endpoint-tables.tsx";
import { LanguageTabs } from "./language-tabs.tsx";
import type { Recorder } from "./recorder.ts";

interface ApiContentProps {
  readonly description: ApiDescription;
  readonly target: SnippetTarget;
  readonly language: SnippetLanguage;
  readonly onLanguage: (language: SnippetLanguage) => void;
  readonly recorder: Recorder;
  readonly page: Pick<PageServices, "toast">;
}

/** Languages, what has to be installed, what was recorded, and every endpoint. */
export function ApiContent(props: ApiContentProps) {
  const { description, target, language, onLanguage, recorder, page } = props;
  const languages = languagesOf(description.hasMcp);
  const chosen = languages.find((one) => one.language === language);
  const write = (calls: readonly SnippetCall[]): string => writeSnippet(language, calls, target);
  const recorded = recorder.calls(description);
  const { endpoints } = description;
  return (
    <>
      <LanguageTabs languages={languages} chosen={language} onChoose={onLanguage} />
      <div
        class="vt-api-body"
        id="vt-api-panel"
        role="tabpanel"
        tabIndex={0}
        aria-labelledby={`vt-api-tab-${language}`}
      >
        {chosen?.install && <CodeBlock label="Install" code={chosen.install} page={page} isOneLine />}
        {language === "mcp" && (
          <CodeBlock label="Settings of an MCP host" code={mcpHostSettings(target)} page={page} />
        )}
        <Recording recorder={recorder} calls={recorded} write={write} page={page} />
        {endpoints.length === 0 && <p class="vt-muted">This app has no public endpoints.</p>}
        {endpoints.map((endpoint) => (
          <EndpointCard
            key={endpoint.name}
            endpoint={endpoint}
            code={write([exampleCall(endpoint)])}
            page={page}
          />
        ))}
        <p class="vt-api-more">
          <a href="openapi.json" target="_blank" rel="noreferrer">
            openapi.json
          </a>
          <a href="api.md" target="_blank" rel="noreferrer">
            This page as Markdown
          </a>
        </p>
      </div>
    </>
  );
}

interface RecordingProps {
  readonly recorder: Recorder;
  readonly calls: readonly SnippetCall[];
  readonly write: (calls: readonly SnippetCall[]) => string;
  readonly page: Pick<PageServices, "toast">;
}

function Recording({ recorder, calls, write, page }: RecordingProps) {
  const hasRecorded = recorder.count.peek() > 0;
  return (
    <section class="vt-api-recorder" aria-labelledby="vt-api-recorder">
      <div class="vt-api-recorder-head">
        <div>
          <h3 id="vt-api-recorder">Recorder</h3>
          <p class="vt-info">Use the app, and get what you did as a script.</p>
        </div>
        <button type="button" class="vt-button" data-size="sm" onClick={() => recorder.start()}>
          <span class="vt-api-dot" aria-hidden="true" />
          {hasRecorded ? "Record anew" : "Record"}
        </button>
      </div>
      {calls.length > 0 && <CodeBlock label="Your recording" code={write(calls)} page={page} />}
      {hasRecorded && calls.length === 0 && (
        <p class="vt-info">What was recorded runs nothing that programs may call.</p>
      )}
    </section>
  );
}

interface EndpointCardProps {
  readonly endpoint: EndpointDescription;
  readonly code: string;
  readonly page: Pick<PageServices, "toast">;
}

function EndpointCard({ endpoint, code, page }: EndpointCardProps) {
  const { name, description, isGenerator, parameters, returns } = endpoint;
  return (
    <section class="vt-api-endpoint" aria-labelledby={`vt-api-${name}`} data-endpoint={name}>
      <div class="vt-api-endpoint-head">
        <h3 id={`vt-api-${name}`}>{name}</h3>
        {isGenerator && <span class="vt-chip">streams</span>}
      </div>
      {description && <p class="vt-api-description">{description}</p>}
      <CodeBlock label={`Snippet for ${name}`} code={code} page={page} />
      <ParameterTable parameters={parameters} />
      <ReturnList returns={returns} isGenerator={isGenerator} />
    </section>
  );
}
