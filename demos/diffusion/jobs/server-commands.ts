import type { SharedState } from "./shared-state.ts";

export interface ServerActions {
  /** Lets what runs end, and then the process. */
  stop(): void | Promise<void>;
  /** The same, and starts the script again. */
  restart(): void | Promise<void>;
  /** Hears of a command that is none, and of one that failed. */
  log(line: string): void;
}

/**
 * Does what the state's server commands say, one after another, until the server has been told to stop or the signal
 * is aborted. A command that is none, or fails, is logged and the next is awaited.
 */
export async function obeyServerCommands(
  state: Pick<SharedState, "waitForServerCommand">,
  actions: ServerActions,
  signal?: AbortSignal,
): Promise<void> {
  while (signal?.aborted !== true) {
    const command = await state.waitForServerCommand();
    try {
      if (command === "stop") return await actions.stop();
      if (command === "restart") return await actions.restart();
      if (command !== undefined)
        actions.log(`There is no server command "${command}"; there are stop and restart.`);
    } catch (error) {
      actions.log(
        `The server command ${command} failed: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
