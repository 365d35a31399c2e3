/** Style sheets are imported by the page's script and bundled beside it. */
declare module "*.css";
