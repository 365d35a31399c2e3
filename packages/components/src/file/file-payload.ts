import { fileRefSchema, type FileRef } from "@vitrine/core";
import * as v from "valibot";

/** Most files in one component. */
export const maxFiles = 1000;

export type FilePayload = readonly FileRef[];

export const filePayloadSchema: v.GenericSchema<unknown, FilePayload> = v.pipe(
  v.array(fileRefSchema),
  v.maxLength(maxFiles),
);
