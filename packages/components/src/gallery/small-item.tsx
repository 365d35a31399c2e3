import { Play } from "lucide";
import { Icon } from "../shared/browser/icon.tsx";
import type { GalleryItem } from "./gallery-payload.ts";
import { isVideo } from "./item-names.ts";

/** What stands for an item in the grid and in the strip. */
export function SmallItem({ item }: { readonly item: GalleryItem }) {
  if (isVideo(item)) {
    return (
      <>
        <video src={item.file.url} preload="metadata" muted playsInline />
        <span class="vt-gallery-play">
          <Icon of={Play} />
        </span>
      </>
    );
  }
  return <img src={(item.thumbnail ?? item.file).url} alt="" loading="lazy" decoding="async" />;
}
