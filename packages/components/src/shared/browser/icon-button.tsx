import type { IconNode } from "lucide";
import { Icon } from "./icon.tsx";

interface IconButtonProps {
  readonly icon: IconNode;
  /** What it does; read aloud, and shown on hover. */
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
}

/** A small quiet tool: copy, download, remove. */
export function IconButton({ icon, label, onClick, disabled = false }: IconButtonProps) {
  return (
    <button
      type="button"
      class="vt-icon-button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon of={icon} />
    </button>
  );
}
