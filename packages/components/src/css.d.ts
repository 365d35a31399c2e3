/** Style sheets are imported by views and bundled beside them. */
declare module "*.css";
