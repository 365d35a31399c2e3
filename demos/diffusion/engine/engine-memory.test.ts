import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { toPicture } from "../images/picture.ts";
import { modelFolder } from "../pipeline/fixtures/models.ts";
import type { GenerateRequest } from "../pipeline/generation/request.ts";
import { EngineProcess } from "./engine-process.ts";
import { listProcesses, statusNumber } from "./fixtures/processes.ts";
import { toErrorMessage } from "./messages.ts";

const postcard = fileURLToPath(new URL("../models/postcard", import.meta.url));
const request: GenerateRequest = { prompt: "a red house", seed: 7, steps: 2, cfgScale: 1 };
const megabyte = 2 ** 20;

test("memory after a hundred pictures is what it was after ten", async () => {
  await using engine = new EngineProcess({ model: modelFolder("sd1-layers") });
  let rssAfterTen = 0;
  let rssBytes = 0;
  for (let picture = 1; picture <= 100; picture++) {
    ({ rssBytes } = await engine.generate(
      { ...request, seed: picture, steps: 10, cfgScale: 2, width: 512, height: 512, preview: "fast" },
      { onStep: () => undefined },
    ));
    if (picture === 10) rssAfterTen = rssBytes;
  }
  // One latent of 64 KB kept at every step would be 56 MB, one picture of 768 KB kept each time 67 MB.
  expect((rssBytes - rssAfterTen) / megabyte).toBeLessThan(32);
});

// The rest asks Linux what a process has, and limits it from outside.
const isLinux = process.platform === "linux";
if (!isLinux) console.warn("The memory of engines is not tested: it is read from Linux's /proc.");

describe.skipIf(!isLinux)("the memory of an engine", () => {
  test("is back when another model takes its place, and when it is closed", async () => {
    const before = childrenMegabytes();
    const engine = new EngineProcess({ model: modelFolder("sd1") });
    await engine.info();
    const small = childrenMegabytes() - before;
    for (let turn = 0; turn < 3; turn++) {
      await engine.load(postcard);
      await engine.generate(request);
      expect(childrenMegabytes() - before).toBeGreaterThan(small + 30);
      await engine.load(modelFolder("sd1"));
      expect(childrenMegabytes() - before).toBeLessThan(small + 15);
    }
    await engine.close();
    expect(childrenMegabytes()).toBeLessThanOrEqual(before + 1);
  });

  test("that does not suffice for a picture fails its job with a clear error, and the engine goes on", async () => {
    await using engine = new EngineProcess({ model: modelFolder("sd1-layers"), memoryLimit: Infinity });
    await engine.info();
    const { pid } = engine;
    limitAddressSpace(pid!, 300 * megabyte);
    // Decoded whole, the planes of this picture alone take 768 MB.
    const large = engine.generate({ ...request, width: 8192, height: 8192, vaeTiling: false });
    await expect(large).rejects.toMatchObject({
      code: "MEMORY_LIMIT",
      message: "Memory ran out while vae_decoder/model.onnx worked.",
      hint: "Choose a smaller picture or fewer at a time.",
    });
    expect((await engine.generate(request)).pictures).toHaveLength(1);
    expect(engine.pid).toBe(pid);
  });

  test("that runs out altogether ends it; its job says so, and the next finds a fresh engine", async () => {
    await using engine = new EngineProcess({ model: modelFolder("sd1-layers") });
    await engine.info();
    const { pid } = engine;
    limitAddressSpace(pid!, 64 * megabyte);
    // The picture it starts from takes 192 MB, which cannot even be received.
    const size = { width: 8192, height: 8192, channels: 3 } as const;
    const picture = toPicture(new Uint8Array(3 * size.width * size.height), size);
    const job = engine.generate({ ...request, source: { picture } });
    const next = engine.generate(request);
    await expect(job).rejects.toMatchObject({
      code: "ENGINE_LOST",
      message: expect.stringMatching(/^The engine ran out of memory \(.+\)\.$/),
      hint: expect.stringContaining("A fresh engine starts with the next job."),
    });
    expect((await next).pictures).toHaveLength(1);
    expect(engine.pid).not.toBe(pid);
  });
});

test("an array that does not fit into memory is told as such, not as a fault of the engine", () => {
  const failure = errorOf(() => new ArrayBuffer(2 ** 52));
  expect(toErrorMessage(failure)).toEqual({
    code: "MEMORY_LIMIT",
    message: "Memory ran out while the engine worked.",
    hint: "Choose a smaller picture or fewer at a time.",
  });
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown.");
}

/** Forbids a process to take more than so many bytes beyond what it has mapped. */
function limitAddressSpace(pid: number, moreBytes: number): void {
  const mapped = 1024 * statusNumber(pid, "VmSize");
  execFileSync("prlimit", [`--pid=${pid}`, `--as=${Math.round(mapped + moreBytes)}`]);
}

/** Resident memory of all processes below this one. */
function childrenMegabytes(): number {
  const processes = listProcesses();
  const family = new Set([process.pid]);
  for (const member of family)
    for (const { pid, parent } of processes) if (parent === member) family.add(pid);
  family.delete(process.pid);
  return [...family].reduce((sum, pid) => sum + statusNumber(pid, "VmRSS"), 0) / 1024;
}
