interface Size {
  readonly width: number;
  readonly height: number;
}

/** The pixel of a picture under a point of its box, where the picture fits whole in the middle of the box. */
export function pixelAt(
  point: { readonly x: number; readonly y: number },
  { box, picture }: { readonly box: Size; readonly picture: Size },
): readonly [x: number, y: number] | undefined {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const x = Math.floor((point.x - (box.width - picture.width * scale) / 2) / scale);
  const y = Math.floor((point.y - (box.height - picture.height * scale) / 2) / scale);
  const isInside = x >= 0 && y >= 0 && x < picture.width && y < picture.height;
  return isInside ? [x, y] : undefined;
}
