import { Camera, ClipboardPaste, Image as ImageIcon, Maximize, Upload, X } from "lucide";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { DownloadLink } from "../shared/browser/download-link.tsx";
import { Field, inputId } from "../shared/browser/field.tsx";
import { FullScreen } from "../shared/browser/full-screen.tsx";
import { IconButton } from "../shared/browser/icon-button.tsx";
import { Icon } from "../shared/browser/icon.tsx";
import { DropZone, PendingUploads } from "../shared/browser/upload.tsx";
import { useFileDrop } from "../shared/browser/use-file-drop.ts";
import { useHeight } from "../shared/browser/use-height.ts";
import { useUploads, type Uploads } from "../shared/browser/use-uploads.ts";
import {
  flagProp,
  listProp,
  numberProp,
  textProp,
  type ViewInput,
  type ViewProps,
} from "../shared/browser/view.ts";
import type { ImagePayload } from "./image-payload.ts";
import { readClipboardPicture } from "./paste-picture.ts";
import { pixelAt } from "./pixel-at.ts";
import { Webcam, type WebcamSettings } from "./webcam.tsx";
import "./image.css";

const pictures = ["image"];

/** A picture to look at; where visitors may change it, also the ways to bring one. */
export default function ImageView(view: ViewInput<ImagePayload>) {
  const { props, payload, interactive } = view;
  const root = useRef<HTMLDivElement>(null);
  const sources = listProp(props, "sources");
  const [isFilming, setFilming] = useState(false);
  const uploads = useUploads({
    page: view.page,
    fileTypes: pictures,
    isSingle: true,
    onArrived: ([ref]) => {
      if (!ref) return;
      view.set(ref);
      view.emit("upload");
      setFilming(false);
    },
  });
  const isOver = useFileDrop(root, {
    isEnabled: interactive && sources.some((source) => source !== "webcam"),
    takesPaste: sources.includes("clipboard"),
    onFiles: uploads.add,
  });
  const isShown = payload !== null && !isFilming;
  const isDropZone = !isShown && !isFilming && interactive && sources.includes("upload");
  return (
    <Field
      view={view}
      {...(isDropZone ? { htmlFor: inputId(view) } : {})}
      tools={isShown && <Tools view={view} />}
    >
      <div class="vt-image" data-part="picture" ref={root} data-over={isOver}>
        {isShown && <Picture view={view} />}
        {isFilming && interactive && (
          <Webcam
            settings={webcamSettings(props)}
            onTake={(file) => uploads.add([file])}
            onClose={() => setFilming(false)}
          />
        )}
        {isDropZone && (
          <DropZone
            view={view}
            uploads={uploads}
            fileTypes={pictures}
            isMultiple={false}
            isOver={isOver}
            prompt={textProp(props, "placeholder", "Drop a picture here")}
          />
        )}
        {!isShown && !isFilming && !isDropZone && (
          <Empty text={interactive ? textProp(props, "placeholder") : ""} />
        )}
        <PendingUploads uploads={uploads} />
        {interactive && !isFilming && (
          <Sources view={view} uploads={uploads} onFilm={() => setFilming(true)} />
        )}
      </div>
    </Field>
  );
}

type ImageViewInput = ViewInput<ImagePayload>;

function Tools({ view }: { readonly view: ImageViewInput }) {
  const [isFull, setFull] = useState(false);
  const { payload, props, interactive } = view;
  const buttons = listProp(props, "buttons");
  if (!payload) return null;
  const remove = (): void => {
    view.set(null);
    view.emit("clear");
  };
  return (
    <>
      {buttons.includes("download") && <DownloadLink file={payload} />}
      {buttons.includes("fullscreen") && (
        <IconButton icon={Maximize} label="Show full screen" onClick={() => setFull(true)} />
      )}
      {interactive && <IconButton icon={X} label="Remove the picture" onClick={remove} />}
      {isFull && <FullScreen url={payload.url} alt={altText(view)} onClose={() => setFull(false)} />}
    </>
  );
}

function Picture({ view }: { readonly view: ImageViewInput }) {
  const picture = useRef<HTMLImageElement>(null);
  const [brokenUrl, setBrokenUrl] = useState<string>();
  const width = textProp(view.props, "width");
  useHeight(picture, view.props);
  useLayoutEffect(() => picture.current?.style.setProperty("width", width), [width]);
  const { payload } = view;
  if (!payload) return null;
  // TIFF and the like: the server can read them, browsers do not show them.
  if (brokenUrl === payload.url) return <Empty text={`${payload.name} cannot be shown by this browser`} />;
  const select = (event: MouseEvent): void => {
    const image = picture.current;
    if (!image) return;
    const box = image.getBoundingClientRect();
    const index = pixelAt(
      { x: event.clientX - box.left, y: event.clientY - box.top },
      { box, picture: { width: image.naturalWidth, height: image.naturalHeight } },
    );
    if (index) view.emit("select", { index });
  };
  return (
    <img
      ref={picture}
      class="vt-image-picture"
      src={payload.url}
      alt={altText(view)}
      decoding="async"
      onClick={select}
      onError={() => setBrokenUrl(payload.url)}
    />
  );
}

function Empty({ text }: { readonly text: string }) {
  return (
    <div class="vt-image-empty" data-part="empty">
      <Icon of={ImageIcon} />
      {text && <span>{text}</span>}
    </div>
  );
}

interface SourcesProps {
  readonly view: ImageViewInput;
  readonly uploads: Uploads;
  readonly onFilm: () => void;
}

/** Other ways to bring a picture, below it. */
function Sources({ view, uploads, onFilm }: SourcesProps) {
  const sources = listProp(view.props, "sources");
  const paste = async (): Promise<void> => {
    try {
      const picture = await readClipboardPicture();
      if (picture) uploads.add([picture]);
      else view.page.toast("info", "There is no picture in the clipboard.");
    } catch {
      view.page.toast(
        "info",
        "The browser does not let the page read the clipboard. Press Ctrl+V here instead.",
      );
    }
  };
  const isReplacing = view.payload !== null;
  return (
    <div class="vt-image-sources" data-part="sources">
      {isReplacing && sources.includes("upload") && <ReplaceButton uploads={uploads} />}
      {sources.includes("clipboard") && (
        <button type="button" class="vt-link vt-image-source" onClick={() => void paste()}>
          <Icon of={ClipboardPaste} />
          Paste
        </button>
      )}
      {sources.includes("webcam") && (
        <button type="button" class="vt-link vt-image-source" onClick={onFilm}>
          <Icon of={Camera} />
          Camera
        </button>
      )}
    </div>
  );
}

function ReplaceButton({ uploads }: { readonly uploads: Uploads }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="vt-link vt-image-source" onClick={() => input.current?.click()}>
        <Icon of={Upload} />
        Replace
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => uploads.add([...(event.currentTarget.files ?? [])])}
      />
    </>
  );
}

function webcamSettings(props: ViewProps): WebcamSettings {
  const webcam: ViewProps = Object.fromEntries(Object.entries(props["webcam"] ?? {}));
  return {
    isMirrored: flagProp(webcam, "mirror", true),
    width: numberProp(webcam, "width"),
    height: numberProp(webcam, "height"),
  };
}

function altText({ props, payload }: ImageViewInput): string {
  return textProp(props, "label") || (payload?.name ?? "");
}
