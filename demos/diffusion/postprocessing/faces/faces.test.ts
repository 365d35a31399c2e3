import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toPicture, type Picture } from "../../images/picture.ts";
import { drawFaces, featuresOf, networksFolder, pixelAt, type DrawnFace } from "../fixtures/drawn-faces.ts";
import { alignmentOf, cutFace, invert, moveBy } from "./align-face.ts";
import { FaceDetector } from "./face-detector.ts";
import { FaceRestorer } from "./face-restorer.ts";
import { suppressDoubles } from "./suppress-doubles.ts";

const network = (path: string) => join(networksFolder, path);
const detectors = ["retinaface", "yunet", "yolov8n-face"].map((name) =>
  network(`face_detection/${name}.onnx`),
);
const gfpgan = network("GFPGAN/GFPGANv1.4.onnx");
const codeFormer = network("Codeformer/codeformer.onnx");
const openDetector = () => FaceDetector.open(network("face_detection/retinaface.onnx"));

const size = { width: 700, height: 430 };
const left: DrawnFace = { x: 190, y: 200, eyes: 90, angle: 12 };
const right: DrawnFace = { x: 520, y: 230, eyes: 60, angle: -20 };

/** Farthest that points of two lists are apart. */
function farthest(first: readonly { x: number; y: number }[], second: readonly { x: number; y: number }[]) {
  return Math.max(
    ...first.map(({ x, y }, i) => Math.hypot(x - (second[i]?.x ?? NaN), y - (second[i]?.y ?? NaN))),
  );
}

describe.each(detectors)("the detector %s", (path) => {
  test("finds each face once, with its features and box", async () => {
    const faces = await (await FaceDetector.open(path)).detect(await drawFaces(size, [left, right]));
    expect(faces).toHaveLength(2);
    const [first, second] = [...faces].sort((a, b) => a.box.left - b.box.left);
    expect(farthest(featuresOf(left), first?.landmarks ?? [])).toBeLessThan(1.5);
    expect(farthest(featuresOf(right), second?.landmarks ?? [])).toBeLessThan(1.5);
    for (const [drawn, { box } = { box: undefined }] of [[left, first] as const, [right, second] as const]) {
      expect(Math.abs((box?.left ?? NaN) + (box?.width ?? NaN) / 2 - drawn.x)).toBeLessThan(10);
      expect(box?.width).toBeGreaterThan(drawn.eyes * 1.5);
      expect(box?.width).toBeLessThan(drawn.eyes * 3);
    }
  });

  test("finds none where there is none, and none whose eyes touch", async () => {
    const detector = await FaceDetector.open(path);
    expect(await detector.detect(await drawFaces(size, []))).toEqual([]);
    const wide = await drawFaces({ width: 600, height: 600 }, [{ x: 150, y: 150, eyes: 90 }]);
    expect(await detector.detect(wide)).toHaveLength(1);
    // The same face, seen as small as a dot in its own pixels.
    const tiny = toPicture(shrink(wide, 30), { width: 20, height: 20, channels: 3 });
    expect(await detector.detect(tiny)).toEqual([]);
  });

  test.each([
    [33, 47],
    [1, 1],
    [64, 1000],
  ])("looks at pictures of any size, %d × %d", async (width, height) => {
    expect(await (await FaceDetector.open(path)).detect(await drawFaces({ width, height }, []))).toEqual([]);
  });

  test("looks at pictures with transparency", async () => {
    const { data, width, height } = await drawFaces(size, [left]);
    const alpha = new Uint8Array(width * height * 4).fill(255);
    for (let at = 0; at < width * height; at++) alpha.set(data.subarray(3 * at, 3 * at + 3), 4 * at);
    const picture = toPicture(alpha, { width, height, channels: 4 });
    expect(await (await FaceDetector.open(path)).detect(picture)).toHaveLength(1);
  });
});

test("a face that is seen many times is told once, as it is seen best", () => {
  const at = (leftEdge: number, score: number) => ({
    box: { left: leftEdge, top: 0, width: 10, height: 10 },
    score,
    landmarks: [],
  });
  const kept = suppressDoubles([at(0, 0.8), at(1, 0.9), at(20, 0.7), at(8, 0.6)]);
  expect(kept.map(({ score }) => score)).toEqual([0.9, 0.7, 0.6]);
});

describe("alignment", () => {
  test("brings turned and scaled features to the template's places, and back", () => {
    const alignment = alignmentOf(featuresOf(left));
    const [eyeLeft, eyeRight] = featuresOf(left).map((point) => moveBy(alignment, point));
    expect(eyeLeft?.x).toBeGreaterThan(180);
    expect(eyeLeft?.x).toBeLessThan(205);
    expect(Math.abs((eyeLeft?.y ?? 0) - (eyeRight?.y ?? 99))).toBeLessThan(2);
    const back = moveBy(invert(alignment), moveBy(alignment, { x: 12, y: 34 }));
    expect(back.x).toBeCloseTo(12);
    expect(back.y).toBeCloseTo(34);
  });

  test("cuts the face out upright: its features lie where the networks want them", async () => {
    const picture = await drawFaces(size, [left]);
    const face = cutFace(picture, alignmentOf(featuresOf(left)));
    expect(face).toMatchObject({ width: 512, height: 512, channels: 3 });
    expect(pixelAt(face, { x: 193, y: 240 })).toEqual([0, 0, 255]);
    expect(pixelAt(face, { x: 319, y: 240 })).toEqual([0, 255, 0]);
    expect(pixelAt(face, { x: 257, y: 314 })).toEqual([255, 255, 255]);
    expect(pixelAt(face, { x: 201, y: 371 })).toEqual([255, 0, 0]);
    expect(pixelAt(face, { x: 313, y: 371 })).toEqual([255, 0, 255]);
  });

  test("fills what lies outside the picture with grey", async () => {
    const picture = await drawFaces({ width: 100, height: 100 }, []);
    const face = cutFace(picture, alignmentOf(featuresOf({ x: 0, y: 0, eyes: 20 })));
    expect(pixelAt(face, { x: 0, y: 0 })).toEqual([132, 133, 135]);
  });
});

describe("restoring", () => {
  test("paints every face in its place, whatever it is turned and sized by, and leaves the rest", async () => {
    const picture = await drawFaces(size, [left, right]);
    const restorer = await FaceRestorer.open(gfpgan);
    const restored = await restorer.restore(picture, { detector: await openDetector(), weight: 0 });
    expect(restored.faces).toBe(2);
    for (const face of [left, right]) {
      // The network paints the features of an aligned face yellow, more than yellow can be.
      for (const point of featuresOf(face)) {
        const [red, green, blue] = pixelAt(restored.picture, point);
        expect([red! > 245, green! > 245, blue! < 10]).toEqual([true, true, true]);
      }
    }
    expect(differing(picture, restored.picture, ({ x, y }) => nearAny(x, y, 1.7))).toBe(0);
    expect(meanDifference(picture, await drawFaces(size, [left, right]))).toBe(0);
  });

  test("keeps what the network keeps: pasting a face back as it was changes next to nothing", async () => {
    const picture = await drawFaces(size, [left, right]);
    const restorer = await FaceRestorer.open(codeFormer);
    const same = await restorer.restore(picture, { detector: await openDetector(), weight: 1 });
    expect(meanDifference(picture, same.picture)).toBeLessThan(0.3);
    const other = await restorer.restore(picture, { detector: await openDetector(), weight: 0 });
    expect(pixelAt(other.picture, left)).toEqual([0, 255, 255]);
    const half = await restorer.restore(picture, { detector: await openDetector(), weight: 0.5 });
    const [red, green, blue] = pixelAt(half.picture, left).map(
      (value, i) => value - (pixelAt(picture, left)[i]! + [0, 255, 255][i]!) / 2,
    );
    expect([red, green, blue].every((difference) => Math.abs(difference ?? 99) <= 3)).toBe(true);
  });

  test("fades out towards the face's border: no step is seen there", async () => {
    const picture = await drawFaces(size, [left]);
    const restorer = await FaceRestorer.open(codeFormer);
    const { picture: cyan } = await restorer.restore(picture, { detector: await openDetector(), weight: 0 });
    const y = 300;
    let largest = 0;
    let reached = 0;
    for (let x = 1; x < size.width; x++) {
      const [before, now] = [pixelAt(cyan, { x: x - 1, y })[0]!, pixelAt(cyan, { x, y })[0]!];
      largest = Math.max(largest, Math.abs(now - before));
      reached = Math.max(reached, 0x50 - now);
    }
    expect(reached).toBeGreaterThan(60);
    expect(largest).toBeLessThan(10);
  });

  test("keeps transparency, and gives back the very picture where there is no face", async () => {
    const { data, width, height } = await drawFaces(size, [left]);
    const pixels = new Uint8Array(width * height * 4);
    for (let at = 0; at < width * height; at++)
      pixels.set([...data.subarray(3 * at, 3 * at + 3), at % 251], 4 * at);
    const picture = toPicture(pixels, { width, height, channels: 4 });
    const restorer = await FaceRestorer.open(gfpgan);
    const restored = await restorer.restore(picture, { detector: await openDetector(), weight: 0 });
    expect(restored.picture.channels).toBe(4);
    expect(restored.picture.data.every((value, i) => i % 4 !== 3 || value === pixels[i])).toBe(true);
    const empty = await drawFaces(size, []);
    expect((await restorer.restore(empty, { detector: await openDetector(), weight: 0 })).picture).toBe(
      empty,
    );
  });

  test("ends between two faces when nobody waits any more", async () => {
    const restorer = await FaceRestorer.open(gfpgan);
    const picture = await drawFaces(size, [left, right]);
    const detector = await openDetector();
    const signal = AbortSignal.abort(new Error("Nobody waits."));
    await expect(restorer.restore(picture, { detector, weight: 0, signal })).rejects.toThrow("Nobody waits.");
  });
});

describe("a file of another kind", () => {
  test("is no detector, and says what one is", async () => {
    await expect(FaceDetector.open(gfpgan)).rejects.toMatchObject({
      code: "MODEL_SHAPE",
      message: expect.stringContaining("GFPGAN/GFPGANv1.4.onnx is no face detector: expected the outputs of"),
      hint: "Use an ONNX export of RetinaFace, YuNet or YOLOv8-face.",
    });
    await expect(FaceDetector.open(network("taggers/wd-tiny/model.onnx"))).rejects.toMatchObject({
      code: "MODEL_SHAPE",
    });
  });

  test("restores no faces, and says what does", async () => {
    await expect(FaceRestorer.open(network("face_detection/yunet.onnx"))).rejects.toMatchObject({
      code: "MODEL_SHAPE",
      message: expect.stringContaining(
        "expected an input of 1 × 3 × 512 × 512, and at most a weight, got input of 1 × 3 × 640 × 640",
      ),
    });
  });

  test("that is missing or no network is said", async () => {
    const folder = await mkdtemp(join(tmpdir(), "faces-"));
    await copyFile(new URL("faces.test.ts", import.meta.url), join(folder, "text.onnx"));
    await expect(FaceDetector.open(join(folder, "text.onnx"))).rejects.toMatchObject({ code: "MODEL_FILE" });
    await expect(FaceRestorer.open(join(folder, "none.onnx"))).rejects.toMatchObject({ code: "MODEL_FILE" });
    await rm(folder, { recursive: true });
  });
});

function nearAny(x: number, y: number, distances: number): boolean {
  return [left, right].some((face) => Math.hypot(x - face.x, y - face.y) < face.eyes * distances * 2);
}

/** How many pixels differ, of those that are not left out. */
function differing(
  first: Picture,
  second: Picture,
  leavesOut: (place: { x: number; y: number }) => boolean,
): number {
  let count = 0;
  for (let y = 0; y < first.height; y++) {
    for (let x = 0; x < first.width; x++) {
      if (!leavesOut({ x, y }) && pixelAt(first, { x, y }).join() !== pixelAt(second, { x, y }).join())
        count++;
    }
  }
  return count;
}

function meanDifference(first: Picture, second: Picture): number {
  return first.data.reduce((sum, value, i) => sum + Math.abs(value - second.data[i]!), 0) / first.data.length;
}

/** Every so-manieth pixel. */
function shrink({ data, width, height }: Picture, by: number): Uint8Array {
  const pixels: number[] = [];
  for (let y = by / 2; y < height; y += by) {
    for (let x = by / 2; x < width; x += by)
      pixels.push(...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3));
  }
  return Uint8Array.from(pixels);
}
