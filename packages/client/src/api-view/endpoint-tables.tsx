import type { ParameterDescription, ReturnDescription } from "@vitrine/core";
import { toType } from "@vitrine/core/api-snippets";

/** The parameters of an endpoint: name, type, default, and the label people see in the page. */
export function ParameterTable({ parameters }: { readonly parameters: readonly ParameterDescription[] }) {
  if (parameters.length === 0) return <p class="vt-info">Takes no parameters.</p>;
  return (
    <div class="vt-api-facts">
      <h4>Parameters</h4>
      <dl>
        {parameters.map((parameter) => (
          <div key={parameter.name}>
            <dt>
              <code>{parameter.name}</code>
            </dt>
            <dd>
              <code class="vt-api-type">{toType(parameter.schema)}</code>
              <DefaultOf parameter={parameter} />
              <span class="vt-muted">
                {parameter.label} · {parameter.component}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function DefaultOf({ parameter }: { readonly parameter: ParameterDescription }) {
  if (!("default" in parameter)) return <span class="vt-chip">required</span>;
  return (
    <span class="vt-api-default">
      default <code>{shorten(JSON.stringify(parameter.default))}</code>
    </span>
  );
}

interface ReturnListProps {
  readonly returns: readonly ReturnDescription[];
  readonly isGenerator: boolean;
}

/** What an endpoint gives. */
export function ReturnList({ returns, isGenerator }: ReturnListProps) {
  if (returns.length === 0) return <p class="vt-info">Returns nothing.</p>;
  return (
    <div class="vt-api-facts">
      <h4>{isGenerator ? "Returns, again and again" : "Returns"}</h4>
      <dl>
        {returns.map(({ blockId, label, component, schema }, index) => (
          <div key={`${blockId}-${index}`}>
            <dt>{label}</dt>
            <dd>
              <code class="vt-api-type">{toType(schema)}</code>
              <span class="vt-muted">{component}</span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
