import type { Context } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { answerStoredFile } from "../../http/files.ts";
import { GradioRefusal } from "../http/refusal.ts";
import type { GradioFiles } from "./gradio-files.ts";

/** `GET file=<path>` and `file/<path>`: a file this server issued. Whether others exist is not told. */
export function fileRoute(files: GradioFiles): (context: Context<AppEnv>) => Promise<Response> {
  return async (context) => {
    const [, encoded = ""] = /\/file(?:=|\/)(.*)$/s.exec(context.req.path) ?? [];
    const found = files.locate(decode(encoded));
    const answer = found && (await answerStoredFile(context, found.file, found.id));
    if (!answer) throw new GradioRefusal(403, "File not allowed: it was not issued by this server.");
    return answer;
  };
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return "";
  }
}
