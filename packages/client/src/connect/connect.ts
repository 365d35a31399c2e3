import { VitrineError } from "@vitrine/core";
import { AppClient, type ClientOptions, type Platform } from "./app-client.ts";
import type { EndpointsOf, LocalFile } from "./client-types.ts";

/** Connects to the app at an address. @throws OPTION_INVALID, APP_UNREACHABLE, ORIGIN_REFUSED, PROTOCOL_VERSION */
export async function connectWith<TApp>(
  url: string | URL,
  options: ClientOptions & { readonly platform: Platform; readonly relativeTo?: string | undefined },
): Promise<AppClient<EndpointsOf<TApp>>> {
  if (!URL.canParse(url, options.relativeTo)) {
    throw new VitrineError("OPTION_INVALID", {
      message: `connect expected the address of an app, such as "http://localhost:7860", got "${String(url)}".`,
    });
  }
  return AppClient.open(folderOf(new URL(url, options.relativeTo)), options);
}

/**
 * A file of this machine, in place of what a parameter takes for a file. In a browser give a `File` or `Blob`.
 *
 * @example await app.call.sepia({ picture: localFile("picture.png") })
 */
export function localFile(path: string): LocalFile {
  return { localPath: path };
}

/** Addresses of an app count from its folder, whether or not a slash was given. */
function folderOf({ origin, pathname }: URL): URL {
  return new URL(pathname.endsWith("/") ? pathname : `${pathname}/`, origin);
}
