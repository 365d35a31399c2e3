import { gallery, mount } from "./gallery.ts";

await gallery.launch({ mount, mcp: true });
