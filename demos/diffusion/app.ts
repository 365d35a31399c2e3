import { randomBytes } from "node:crypto";
import { restartServer, stopServer, superviseProcess } from "vitrine";
import { obeyServerCommands } from "./jobs/server-commands.ts";
import { parseStudioArgs } from "./studio-args.ts";
import { createStudioPage } from "./studio-page.ts";
import { openStudio } from "./studio.ts";

const options = parseStudioArgs(process.argv.slice(2));
// In the environment, so that the token stays what it was when the server is restarted.
process.env["STUDIO_ADMIN_TOKEN"] ??= options.adminToken ?? randomBytes(24).toString("base64url");
await superviseProcess();
const adminToken = process.env["STUDIO_ADMIN_TOKEN"];
const studio = await openStudio({ ...options, adminToken });
console.log(`Administrator: open the page with ?admin=${adminToken}`);

const log = (line: string): void => console.error(line);
const finish = (): void => void studio.board.close();
process.once("SIGTERM", finish).once("SIGINT", finish);
void obeyServerCommands(studio.state, {
  log,
  stop() {
    stopServer();
    finish();
  },
  restart() {
    restartServer();
    finish();
  },
});

export default createStudioPage(studio);
