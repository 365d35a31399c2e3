// The engine's first file: plain JavaScript, because Node starts it before anything can read TypeScript.
import { register } from "tsx/esm/api";

register();
await import("./engine-child.ts");
