import { Check, Copy } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { copyText } from "./copy-text.ts";
import { IconButton } from "./icon-button.tsx";
import type { PageServices } from "./view.ts";

/** How long the tick stays. */
const confirmMs = 1500;

interface CopyButtonProps {
  /** What is copied, read when the button is pressed. */
  readonly text: () => string;
  /** What it does. @default "Copy" */
  readonly label?: string;
  readonly page: Pick<PageServices, "toast">;
  /** Called with what was copied. */
  readonly onCopy?: (text: string) => void;
}

/** Copies text and says so. */
export function CopyButton({ text, label = "Copy", page, onCopy }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), confirmMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async (): Promise<void> => {
    const copied = text();
    try {
      await copyText(copied);
      setCopied(true);
      onCopy?.(copied);
    } catch {
      page.toast("error", "The browser did not allow copying. Select the text and copy it by keyboard.");
    }
  };
  return (
    <>
      <IconButton
        icon={isCopied ? Check : Copy}
        label={isCopied ? "Copied" : label}
        onClick={() => void copy()}
      />
      <span class="vt-hidden" role="status">
        {isCopied ? "Copied" : ""}
      </span>
    </>
  );
}
