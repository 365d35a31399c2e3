import type { GalleryItem } from "./gallery-payload.ts";

/** What an item is called where its picture cannot be seen. */
export function nameOf(item: GalleryItem): string {
  return item.caption || item.file.name;
}

export function isVideo(item: GalleryItem): boolean {
  return item.file.mimeType.startsWith("video/");
}
