import type { FileRef } from "@vitrine/core";
import { ArrowDown, ArrowUp, File as FileIcon, Trash2, X } from "lucide";
import { useRef } from "preact/hooks";
import { DownloadLink } from "../shared/browser/download-link.tsx";
import { Field, inputId } from "../shared/browser/field.tsx";
import { formatBytes } from "../shared/browser/format-bytes.ts";
import { IconButton } from "../shared/browser/icon-button.tsx";
import { Icon } from "../shared/browser/icon.tsx";
import { DropZone, PendingUploads } from "../shared/browser/upload.tsx";
import { useFileDrop } from "../shared/browser/use-file-drop.ts";
import { useHeight } from "../shared/browser/use-height.ts";
import { useUploads } from "../shared/browser/use-uploads.ts";
import { flagProp, listProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import type { FilePayload } from "./file-payload.ts";
import "./file.css";

/** A list of files to download; where visitors may change it, also a place to bring some. */
export default function FileView(view: ViewInput<FilePayload>) {
  const { props, payload, interactive } = view;
  const root = useRef<HTMLDivElement>(null);
  const isFolder = props["fileCount"] === "directory";
  const isMultiple = isFolder || props["fileCount"] === "multiple";
  const fileTypes = listProp(props, "fileTypes").filter((type) => typeof type === "string");
  // Files of several choices may arrive at once: each is added to what is there by then.
  const latest = useRef(payload);
  latest.current = payload;
  const uploads = useUploads({
    page: view.page,
    fileTypes,
    isSingle: !isMultiple,
    skipsOtherTypes: isFolder,
    onArrived: (refs) => {
      latest.current = isMultiple ? [...latest.current, ...refs] : refs;
      view.set(latest.current);
      view.emit("upload");
    },
  });
  const isOver = useFileDrop(root, { isEnabled: interactive, takesPaste: true, onFiles: uploads.add });
  const clear = (): void => {
    view.set([]);
    view.emit("clear");
  };
  const prompt = isFolder ? "Drop a folder here" : isMultiple ? "Drop files here" : "Drop a file here";
  const isEmpty = payload.length === 0;
  const canClear = interactive && payload.length > 1;
  return (
    <Field
      view={view}
      {...(interactive ? { htmlFor: inputId(view) } : {})}
      tools={canClear && <IconButton icon={Trash2} label="Remove all files" onClick={clear} />}
    >
      <div class="vt-file" data-part="files" ref={root}>
        {!isEmpty && <FileList view={view} />}
        {interactive && (
          <DropZone
            view={view}
            uploads={uploads}
            fileTypes={fileTypes}
            isMultiple={isMultiple}
            isFolder={isFolder}
            isOver={isOver}
            isCompact={!isEmpty}
            prompt={
              isEmpty
                ? textProp(props, "placeholder", prompt)
                : isFolder
                  ? "Add a folder"
                  : isMultiple
                    ? "Add more"
                    : "Choose another"
            }
          />
        )}
        {isEmpty && !interactive && <p class="vt-file-empty">No files yet</p>}
        <PendingUploads uploads={uploads} />
      </div>
    </Field>
  );
}

type FileViewInput = ViewInput<FilePayload>;

function FileList({ view }: { readonly view: FileViewInput }) {
  const list = useRef<HTMLUListElement>(null);
  useHeight(list, view.props);
  return (
    <ul class="vt-file-list" ref={list}>
      {view.payload.map((file, index) => (
        <Row key={`${file.id}-${index}`} view={view} file={file} index={index} />
      ))}
    </ul>
  );
}

interface RowProps {
  readonly view: FileViewInput;
  readonly file: FileRef;
  readonly index: number;
}

function Row({ view, file, index }: RowProps) {
  const { payload, interactive, props } = view;
  const data = { index, value: file.name };
  const move = (to: number): void => {
    const others = payload.filter((_, other) => other !== index);
    view.set([...others.slice(0, to), file, ...others.slice(to)]);
  };
  const remove = (): void => {
    view.set(payload.filter((_, other) => other !== index));
    view.emit("delete", data);
  };
  const canMove = interactive && flagProp(props, "allowReordering") && payload.length > 1;
  return (
    <li class="vt-file-row" data-part="file">
      <button
        type="button"
        class="vt-file-name"
        aria-label={file.name}
        title={file.name}
        onClick={() => view.emit("select", data)}
      >
        <Icon of={FileIcon} />
        <FileName name={file.name} />
      </button>
      <span class="vt-file-size">{formatBytes(file.sizeBytes)}</span>
      {canMove && (
        <>
          <IconButton
            icon={ArrowUp}
            label={`Move ${file.name} up`}
            disabled={index === 0}
            onClick={() => move(index - 1)}
          />
          <IconButton
            icon={ArrowDown}
            label={`Move ${file.name} down`}
            disabled={index === payload.length - 1}
            onClick={() => move(index + 1)}
          />
        </>
      )}
      <DownloadLink file={file} onDownload={() => view.emit("download", data)} />
      {interactive && <IconButton icon={X} label={`Remove ${file.name}`} onClick={remove} />}
    </li>
  );
}

/** A long name gives way in the middle: its end says what it is. */
function FileName({ name }: { readonly name: string }) {
  const end = Math.max(name.lastIndexOf("."), name.length - 8, 0);
  return (
    <span class="vt-file-words">
      <span class="vt-file-stem">{name.slice(0, end)}</span>
      <span class="vt-file-end">{name.slice(end)}</span>
    </span>
  );
}
