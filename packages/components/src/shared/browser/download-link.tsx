import type { FileRef } from "@vitrine/core";
import { Download } from "lucide";
import { Icon } from "./icon.tsx";

interface DownloadLinkProps {
  readonly file: Pick<FileRef, "url" | "name">;
  readonly onDownload?: () => void;
}

/** A small tool that saves a file under its own name. */
export function DownloadLink({ file, onDownload }: DownloadLinkProps) {
  const label = `Download ${file.name}`;
  return (
    <a
      class="vt-icon-button"
      href={`${file.url}?download`}
      download={file.name}
      aria-label={label}
      title={label}
      onClick={() => onDownload?.()}
    >
      <Icon of={Download} />
    </a>
  );
}
