import sharp, { type Matrix3x3 } from "sharp";
import { Image, Interface } from "vitrine";

/** The weights of old photographs: how much red, green and blue each new channel takes. */
const sepia: Matrix3x3 = [
  [0.393, 0.769, 0.189],
  [0.349, 0.686, 0.168],
  [0.272, 0.534, 0.131],
];

export default new Interface(
  (picture) => sharp(picture).rotate().recomb(sepia).webp({ quality: 90 }).toBuffer(),
  new Image({ label: "picture" }),
  new Image({ label: "sepia" }),
  { title: "Sepia filter", description: "A picture as it might have looked a hundred years ago." },
);
