/** sharp takes long to load, so apps without pictures do not. */
export async function loadSharp(): Promise<(typeof import("sharp"))["default"]> {
  return (await import("sharp")).default;
}
