/** Style sheets are imported by the page's script and bundled beside it. */
declare module "*.css";
/** As text, for a sheet that comes with a chunk. */
declare module "*.css?inline" {
  const text: string;
  export default text;
}
