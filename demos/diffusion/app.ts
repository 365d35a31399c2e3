import { openStudio } from "./studio.ts";
import { parseStudioArgs } from "./studio-args.ts";
import { createStudioPage } from "./studio-page.ts";

export default createStudioPage(await openStudio(parseStudioArgs(process.argv.slice(2))));
