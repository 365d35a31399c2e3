import { X } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "./icon-button.tsx";
import "./full-screen.css";

interface FullScreenProps {
  readonly url: string;
  readonly alt: string;
  readonly onClose: () => void;
}

/** A picture over the whole page. The dialog keeps the focus, and Escape or a click beside the picture closes it. */
export function FullScreen({ url, alt, onClose }: FullScreenProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="vt-full-screen"
      data-part="full-screen"
      aria-label={alt || "Picture"}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && dialog.current?.close()}
    >
      <div class="vt-full-screen-tools">
        <IconButton icon={X} label="Close" onClick={() => dialog.current?.close()} />
      </div>
      <img src={url} alt={alt} />
    </dialog>
  );
}
