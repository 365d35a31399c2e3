import { Upload, X } from "lucide";
import type { ComponentChildren } from "preact";
import { toAccept } from "../file-types.ts";
import { accessibleName } from "./accessible-name.ts";
import { describedBy, inputId } from "./field.tsx";
import { Icon } from "./icon.tsx";
import { IconButton } from "./icon-button.tsx";
import type { PendingUpload, Uploads } from "./use-uploads.ts";
import type { ViewInput } from "./view.ts";
import "./upload.css";

interface DropZoneProps {
  readonly view: Pick<ViewInput, "id" | "props" | "error">;
  readonly uploads: Uploads;
  readonly fileTypes: readonly string[];
  readonly isMultiple: boolean;
  /** Folders are chosen, not files. @default false */
  readonly isFolder?: boolean;
  /** Whether files hover over the component. */
  readonly isOver: boolean;
  /** What can be done here, in a few words. */
  readonly prompt: string;
  /** One line high, below what is there already. @default false */
  readonly isCompact?: boolean;
}

/** Where files are chosen or dropped: a native file input, so that keyboard and screen reader know it. */
export function DropZone(props: DropZoneProps) {
  const { view, uploads, fileTypes, isMultiple, isOver, prompt, isCompact = false, isFolder = false } = props;
  const choose = (input: HTMLInputElement): void => {
    uploads.add([...(input.files ?? [])]);
    // The same file can be chosen again.
    input.value = "";
  };
  const accept = toAccept(fileTypes);
  return (
    <label class="vt-drop" data-part="drop-zone" data-over={isOver} data-compact={isCompact}>
      <Icon of={Upload} />
      <span>{prompt}</span>
      <span class="vt-muted">{isCompact ? "" : "or click to choose"}</span>
      <input
        id={inputId(view)}
        type="file"
        class="vt-drop-input"
        {...(accept === "" ? {} : { accept })}
        multiple={isMultiple}
        {...(isFolder ? { webkitdirectory: true } : {})}
        {...accessibleName(view, prompt)}
        {...describedBy(view)}
        onChange={(event) => choose(event.currentTarget)}
      />
    </label>
  );
}

/** What is on its way, with a way to stop it, and what did not arrive and why. */
export function PendingUploads({ uploads }: { readonly uploads: Uploads }) {
  if (uploads.pending.length === 0) return null;
  return (
    <ul class="vt-uploads" data-part="uploads">
      {uploads.pending.map((upload) => (
        <li key={upload.id} class="vt-upload">
          <span class="vt-upload-name">{upload.name}</span>
          {upload.failure === undefined ? (
            <UploadProgress upload={upload} />
          ) : (
            <Failure>{upload.failure}</Failure>
          )}
          <IconButton
            icon={X}
            label={
              upload.failure === undefined ? `Cancel the upload of ${upload.name}` : `Dismiss ${upload.name}`
            }
            onClick={() => uploads.dismiss(upload.id)}
          />
        </li>
      ))}
    </ul>
  );
}

function UploadProgress({ upload }: { readonly upload: PendingUpload }) {
  return (
    <>
      <progress
        class="vt-upload-bar"
        max={1}
        value={upload.fraction}
        aria-label={`Upload of ${upload.name}`}
      />
      <span class="vt-upload-percent">{Math.floor(upload.fraction * 100)} %</span>
    </>
  );
}

function Failure({ children }: { readonly children: ComponentChildren }) {
  return (
    <span class="vt-error vt-upload-failure" role="alert">
      {children}
    </span>
  );
}
