import {
  apiDescriptionSchema,
  apiMarkdown,
  type SnippetLanguage,
  type SnippetTarget,
} from "@vitrine/core/api-snippets";
import type { ApiDescription } from "@vitrine/core";
import { CopyButton } from "@vitrine/components/copy-button";
import { IconButton } from "@vitrine/components/views";
import { X } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import * as v from "valibot";
import type { Page } from "../page.ts";
import { ApiContent } from "./api-content.tsx";
import type { Recorder } from "./recorder.ts";
import { RecordingPill } from "./recording-pill.tsx";
import { useSignal } from "./use-signal.ts";

interface ApiDialogProps {
  readonly page: Page;
  readonly recorder: Recorder;
  readonly onClose: () => void;
}

/** The view in its dialog; while one's clicks are recorded, only a small bar, so that the app can be used. */
export function ApiDialog({ page, recorder, onClose }: ApiDialogProps) {
  const [language, setLanguage] = useState<SnippetLanguage>("typescript");
  const { description, problem } = useDescription(page);
  const isRecording = useSignal(recorder.isOn);
  const count = useSignal(recorder.count);
  if (isRecording) return <RecordingPill count={count} onStop={() => recorder.stop()} />;
  const target: SnippetTarget = { url: appUrl(), title: description?.title ?? "" };
  return (
    <Drawer onClose={onClose}>
      <header class="vt-api-head">
        <div class="vt-api-title">
          {/* Read first, and no button is pressed by a stray key. */}
          <h2 id="vt-api-title" tabIndex={-1} autofocus>
            Use via API
          </h2>
          <span class="vt-api-address">
            <code>{target.url}</code>
            <CopyButton label="Copy the address" text={() => target.url} page={toasting(page)} />
          </span>
        </div>
        {description && <CopyPage page={page} markdown={() => apiMarkdown(description, target)} />}
        <IconButton icon={X} label="Close" onClick={onClose} />
      </header>
      {problem && (
        <p class="vt-error" role="alert">
          {problem}
        </p>
      )}
      {description && (
        <ApiContent
          description={description}
          target={target}
          language={language}
          onLanguage={setLanguage}
          recorder={recorder}
          page={toasting(page)}
        />
      )}
    </Drawer>
  );
}

function Drawer({
  children,
  onClose,
}: {
  readonly children: ComponentChildren;
  readonly onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="vt-api"
      data-part="api"
      aria-labelledby="vt-api-title"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // The backdrop is the dialog's own; what is inside covers the rest of it.
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <div class="vt-api-inside">{children}</div>
    </dialog>
  );
}

function CopyPage({ page, markdown }: { readonly page: Page; readonly markdown: () => string }) {
  return (
    <span class="vt-api-copy-page">
      <span aria-hidden="true">Markdown</span>
      <CopyButton label="Copy page as Markdown" text={markdown} page={toasting(page)} />
    </span>
  );
}

function useDescription(page: Page): { description?: ApiDescription; problem?: string } {
  const [state, setState] = useState<{ description?: ApiDescription; problem?: string }>({});
  const { fingerprint } = page.config.peek();
  useEffect(() => {
    let isCurrent = true;
    const settle = (next: typeof state): void => {
      if (isCurrent) setState(next);
    };
    loadDescription().then(
      (description) => settle({ description }),
      () => settle({ problem: "The server did not answer. Close this and try again." }),
    );
    return () => {
      isCurrent = false;
    };
  }, [fingerprint]);
  return state;
}

async function loadDescription(): Promise<ApiDescription> {
  const answer = await fetch("api.json");
  return v.parse(apiDescriptionSchema, await answer.json());
}

/** The page's folder, whatever follows it in the address. */
function appUrl(): string {
  return new URL(".", location.href.split(/[?#]/)[0]).href;
}

function toasting(page: Page) {
  return {
    toast: (level: "info" | "success" | "warning" | "error", message: string) =>
      page.toasts.add({ level, message }),
  };
}
