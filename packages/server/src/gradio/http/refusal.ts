import type { Json } from "@vitrine/core";
import type * as v from "valibot";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** An answer other than 200, in the shape Gradio's clients read: `{ "detail": … }`. */
export class GradioRefusal extends Error {
  readonly status: ContentfulStatusCode;
  readonly detail: Json;

  constructor(status: ContentfulStatusCode, detail: Json) {
    super(typeof detail === "string" ? detail : "A request was refused");
    this.status = status;
    this.detail = detail;
  }
}

/** A part of a request that cannot be read. Clients expect a list of such parts with status 422, never a text. */
export function malformed(location: readonly (string | number)[], message: string): GradioRefusal {
  return new GradioRefusal(422, [{ type: "value_error", loc: [...location], msg: message }]);
}

/** All that is wrong with a body; the values themselves are not repeated. */
export function malformedBody(issues: readonly v.BaseIssue<unknown>[]): GradioRefusal {
  const detail = issues.slice(0, 20).map((issue) => {
    const path = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
    return {
      type: "value_error",
      loc: ["body", ...path],
      msg: `Expected ${issue.expected ?? "another value"}, got ${kindOf(issue.input)}.`,
    };
  });
  return new GradioRefusal(422, detail);
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? `a text of ${value.length} characters` : `a ${typeof value}`;
}
