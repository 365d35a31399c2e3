import { ChevronLeft, ChevronRight, Maximize, X } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { DownloadLink } from "../shared/browser/download-link.tsx";
import { FullScreen } from "../shared/browser/full-screen.tsx";
import { IconButton } from "../shared/browser/icon-button.tsx";
import { listProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import type { GalleryItem, GalleryPayload } from "./gallery-payload.ts";
import { isVideo, nameOf } from "./item-names.ts";
import { SmallItem } from "./small-item.tsx";

interface LargePictureProps {
  readonly view: ViewInput<GalleryPayload>;
  readonly index: number;
  readonly takesFocus: boolean;
  readonly onClose: () => void;
}

/** One picture large, its caption, and the others in a strip. Arrow keys go on, Escape goes back to the grid. */
export function LargePicture({ view, index, takesFocus, onClose }: LargePictureProps) {
  const panel = useRef<HTMLDivElement>(null);
  const { payload } = view;
  const item = payload[index];
  useEffect(() => {
    if (takesFocus) panel.current?.focus({ preventScroll: true });
  }, []);
  if (!item) return null;
  const show = (to: number): void => {
    const next = (to + payload.length) % payload.length;
    const chosen = payload[next];
    if (next === index || !chosen) return;
    view.setProps({ selectedIndex: next });
    view.emit("select", { index: next, value: chosen.file.name, caption: chosen.caption });
  };
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => show(index - 1),
    ArrowRight: () => show(index + 1),
    Home: () => show(0),
    End: () => show(payload.length - 1),
    Escape: onClose,
  };
  const press = (event: KeyboardEvent): void => {
    // A video's own controls keep their keys.
    const action = event.target instanceof HTMLVideoElement ? undefined : actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  return (
    <div
      ref={panel}
      class="vt-gallery-large"
      data-part="preview"
      role="group"
      aria-label={`${textProp(view.props, "label", "Gallery")}, picture ${index + 1} of ${payload.length}`}
      tabIndex={-1}
      onKeyDown={press}
    >
      <LargeTools view={view} item={item} position={`${index + 1} / ${payload.length}`} onClose={onClose} />
      <div class="vt-gallery-stage">
        {payload.length > 1 && (
          <IconButton icon={ChevronLeft} label="Previous picture" onClick={() => show(index - 1)} />
        )}
        <Media item={item} />
        {payload.length > 1 && (
          <IconButton icon={ChevronRight} label="Next picture" onClick={() => show(index + 1)} />
        )}
      </div>
      <p class="vt-gallery-words" aria-live="polite">
        {item.caption}
      </p>
      {payload.length > 1 && <Strip payload={payload} index={index} onShow={show} />}
    </div>
  );
}

interface LargeToolsProps {
  readonly view: ViewInput<GalleryPayload>;
  readonly item: GalleryItem;
  readonly position: string;
  readonly onClose: () => void;
}

function LargeTools({ view, item, position, onClose }: LargeToolsProps) {
  const [isFull, setFull] = useState(false);
  const buttons = listProp(view.props, "buttons");
  return (
    <div class="vt-gallery-tools">
      <span class="vt-muted">{position}</span>
      {buttons.includes("download") && <DownloadLink file={item.file} />}
      {buttons.includes("fullscreen") && !isVideo(item) && (
        <IconButton icon={Maximize} label="Show full screen" onClick={() => setFull(true)} />
      )}
      <IconButton icon={X} label="Back to the grid" onClick={onClose} />
      {isFull && <FullScreen url={item.file.url} alt={nameOf(item)} onClose={() => setFull(false)} />}
    </div>
  );
}

function Media({ item }: { readonly item: GalleryItem }) {
  if (isVideo(item))
    return (
      <video class="vt-gallery-media" src={item.file.url} controls playsInline aria-label={nameOf(item)} />
    );
  const size = item.width && item.height ? { width: item.width, height: item.height } : {};
  return <img class="vt-gallery-media" src={item.file.url} alt={nameOf(item)} decoding="async" {...size} />;
}

interface StripProps {
  readonly payload: GalleryPayload;
  readonly index: number;
  readonly onShow: (index: number) => void;
}

function Strip({ payload, index, onShow }: StripProps) {
  const strip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    strip.current?.children[index]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [index]);
  return (
    <div class="vt-gallery-strip" ref={strip}>
      {payload.map((item, other) => (
        <button
          key={`${item.file.id}-${other}`}
          type="button"
          class="vt-gallery-thumb"
          aria-label={nameOf(item)}
          aria-current={other === index}
          onClick={() => onShow(other)}
        >
          <SmallItem item={item} />
        </button>
      ))}
    </div>
  );
}
