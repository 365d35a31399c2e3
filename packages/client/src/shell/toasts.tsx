import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from "lucide";
import { Icon, IconButton } from "@vitrine/components/views";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Toast, ToastLevel, ToastList } from "../toast-list.ts";
import { watched } from "./watched.ts";

const icons = {
  info: Info,
  success: CircleCheck,
  warning: TriangleAlert,
  error: CircleAlert,
} satisfies Record<ToastLevel, unknown>;

/** Short messages at the edge of the window, above everything else. */
export const Toasts = watched(function Toasts({ toasts }: { readonly toasts: ToastList }) {
  const region = useRef<HTMLDivElement>(null);
  const shown = toasts.shown.value;
  const newest = shown.at(-1);
  useEffect(() => {
    const element = region.current;
    // Shown anew each time: whatever came last to the top layer lies above what was there, dialogs too.
    if (element?.matches(":popover-open")) element.hidePopover();
    if (newest) element?.showPopover();
  }, [newest]);
  return (
    <div class="vt-toasts" data-part="toasts" popover="manual" ref={region}>
      {shown.map((toast) => (
        <ToastView key={toast.id} toast={toast} close={() => toasts.close(toast.id)} />
      ))}
    </div>
  );
});

function ToastView({ toast, close }: { readonly toast: Toast; readonly close: () => void }) {
  const [isHeld, setIsHeld] = useState(false);
  useEffect(() => {
    if (isHeld || toast.durationMs === 0) return undefined;
    const timer = setTimeout(close, toast.durationMs);
    return () => clearTimeout(timer);
  }, [isHeld, toast]);
  const hold = () => setIsHeld(true);
  const letGo = () => setIsHeld(false);
  return (
    <div
      class="vt-toast"
      data-part="toast"
      data-level={toast.level}
      role={toast.level === "error" ? "alert" : "status"}
      onMouseEnter={hold}
      onMouseLeave={letGo}
      onFocusIn={hold}
      onFocusOut={letGo}
    >
      <Icon of={icons[toast.level]} />
      <div class="vt-toast-text">
        {toast.title && <strong>{toast.title}</strong>}
        <p>
          {toast.message}
          {toast.count > 1 && <span class="vt-muted"> ({toast.count} times)</span>}
        </p>
        {toast.hint && <p class="vt-muted">{toast.hint}</p>}
      </div>
      <IconButton icon={X} label="Close" onClick={close} />
    </div>
  );
}
