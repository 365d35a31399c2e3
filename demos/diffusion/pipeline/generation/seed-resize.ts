import { StudioError } from "../../studio-error.ts";
import type { LatentSize } from "./latent-size.ts";
import type { GenerateRequest } from "./request.ts";
import type { Size } from "./settings.ts";

/** The size that the seed is known from; as in the webui, a side of 0 or less means none. */
export function seedSizeOf({ seedResizeFrom: from }: GenerateRequest): Size | undefined {
  return from !== undefined && from.width > 0 && from.height > 0 ? from : undefined;
}

/**
 * The same in latents.
 *
 * @throws {StudioError} `REQUEST_INVALID` for a side smaller than one latent.
 */
export function seedLatentsOf(request: GenerateRequest, factor: number): LatentSize | undefined {
  const from = seedSizeOf(request);
  if (from === undefined) return undefined;
  if (Math.min(from.width, from.height) < factor) {
    throw new StudioError("REQUEST_INVALID", {
      message: `Setting seedResizeFrom: expected sides of at least ${factor} pixels, or 0 for none, got ${from.width} × ${from.height}.`,
    });
  }
  return { height: Math.floor(from.height / factor), width: Math.floor(from.width / factor) };
}
