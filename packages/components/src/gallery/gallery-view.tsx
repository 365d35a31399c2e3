import { Images, Trash2, X } from "lucide";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Field, inputId } from "../shared/browser/field.tsx";
import { IconButton } from "../shared/browser/icon-button.tsx";
import { Icon } from "../shared/browser/icon.tsx";
import { DropZone, PendingUploads } from "../shared/browser/upload.tsx";
import { useFileDrop } from "../shared/browser/use-file-drop.ts";
import { useHeight } from "../shared/browser/use-height.ts";
import { useUploads } from "../shared/browser/use-uploads.ts";
import { flagProp, numberProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import type { GalleryItem, GalleryPayload } from "./gallery-payload.ts";
import { LargePicture } from "./large-picture.tsx";
import { nameOf } from "./item-names.ts";
import { SmallItem } from "./small-item.tsx";
import "./gallery.css";

const taken = ["image", "video"];

type GalleryViewInput = ViewInput<GalleryPayload>;

/** Pictures in a grid, or one of them large with the others in a strip. */
export default function GalleryView(view: GalleryViewInput) {
  const { payload, interactive } = view;
  const root = useRef<HTMLDivElement>(null);
  const latest = useRef(payload);
  latest.current = payload;
  const uploads = useUploads({
    page: view.page,
    fileTypes: taken,
    isSingle: false,
    onArrived: (refs) => {
      const added = refs.map((file) => ({ file, thumbnail: null, caption: null, width: null, height: null }));
      latest.current = [...latest.current, ...added];
      view.set(latest.current);
      view.emit("upload");
    },
  });
  const isOver = useFileDrop(root, { isEnabled: interactive, takesPaste: true, onFiles: uploads.add });
  const selected = numberProp(view.props, "selectedIndex");
  const isLarge =
    flagProp(view.props, "allowPreview", true) && selected !== undefined && selected < payload.length;
  const isEmpty = payload.length === 0;
  // Keys work at once where a visitor opened a picture; one that the app opens takes the focus from nobody.
  const isOpenedHere = useRef(false);
  const clear = (): void => {
    view.set([]);
    view.setProps({ selectedIndex: null });
    view.emit("clear");
  };
  const close = (): void => {
    view.setProps({ selectedIndex: null });
    view.emit("previewClose");
    isOpenedHere.current = false;
    focusItem(root.current, selected);
  };
  return (
    <Field
      view={view}
      {...(interactive && !isLarge ? { htmlFor: inputId(view) } : {})}
      tools={
        interactive &&
        payload.length > 1 &&
        !isLarge && <IconButton icon={Trash2} label="Remove all pictures" onClick={clear} />
      }
    >
      <div class="vt-gallery" data-part="gallery" ref={root}>
        {isLarge && (
          <LargePicture view={view} index={selected} takesFocus={isOpenedHere.current} onClose={close} />
        )}
        {!isLarge && !isEmpty && <Grid view={view} onOpen={() => (isOpenedHere.current = true)} />}
        {interactive && !isLarge && (
          <DropZone
            view={view}
            uploads={uploads}
            fileTypes={taken}
            isMultiple
            isOver={isOver}
            isCompact={!isEmpty}
            prompt={isEmpty ? textProp(view.props, "placeholder", "Drop pictures here") : "Add more"}
          />
        )}
        {isEmpty && !interactive && (
          <div class="vt-gallery-empty">
            <Icon of={Images} />
            <span>{textProp(view.props, "placeholder", "No pictures yet")}</span>
          </div>
        )}
        <PendingUploads uploads={uploads} />
      </div>
    </Field>
  );
}

interface GridProps {
  readonly view: GalleryViewInput;
  /** Called before a picture is shown large. */
  readonly onOpen: () => void;
}

function Grid({ view, onOpen }: GridProps) {
  const grid = useRef<HTMLUListElement>(null);
  const columns = numberProp(view.props, "columns") ?? 3;
  useHeight(grid, view.props);
  useLayoutEffect(() => grid.current?.style.setProperty("--columns", String(columns)), [columns]);
  return (
    <ul class="vt-gallery-grid" ref={grid} data-fit={textProp(view.props, "objectFit", "cover")}>
      {view.payload.map((item, index) => (
        <Cell key={`${item.file.id}-${index}`} view={view} item={item} index={index} onOpen={onOpen} />
      ))}
    </ul>
  );
}

interface CellProps extends GridProps {
  readonly item: GalleryItem;
  readonly index: number;
}

function Cell({ view, item, index, onOpen }: CellProps) {
  const { payload } = view;
  const name = nameOf(item);
  const select = (): void => {
    onOpen();
    view.setProps({ selectedIndex: index });
    view.emit("select", { index, value: item.file.name, caption: item.caption });
    if (flagProp(view.props, "allowPreview", true)) view.emit("previewOpen", { index });
  };
  const remove = (): void => {
    view.set(payload.filter((_, other) => other !== index));
    view.emit("delete", { index, value: item.file.name });
  };
  const isSelected = numberProp(view.props, "selectedIndex") === index;
  return (
    <li class="vt-gallery-cell" data-part="item">
      <button
        type="button"
        class="vt-gallery-item"
        aria-label={name}
        aria-pressed={isSelected}
        onClick={select}
      >
        <SmallItem item={item} />
        {item.caption && <span class="vt-gallery-caption">{item.caption}</span>}
      </button>
      {view.interactive && (
        <span class="vt-gallery-remove">
          <IconButton icon={X} label={`Remove ${name}`} onClick={remove} />
        </span>
      )}
    </li>
  );
}

/** Back to where the visitor came from, once the grid stands again. */
function focusItem(root: HTMLElement | null, index: number | undefined): void {
  requestAnimationFrame(() => {
    root?.querySelectorAll<HTMLElement>(".vt-gallery-item")[index ?? 0]?.focus();
  });
}
