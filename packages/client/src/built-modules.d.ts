/** Style sheets are imported by the page's script and bundled beside it. */
declare module "*.css";
/** As text, for a sheet that comes with a chunk. */
declare module "*.css?inline" {
  const text: string;
  export default text;
}
/** Views that come with the page's script; the build says which. */
declare module "basic-views" {
  import type { View } from "@vitrine/components/views";

  export const basicViews: ReadonlyMap<string, View>;
}
