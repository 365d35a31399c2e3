/** The picture in the clipboard; undefined when there is none. @throws when the browser does not allow reading it */
export async function readClipboardPicture(): Promise<File | undefined> {
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find((name) => name.startsWith("image/"));
    if (type === undefined) continue;
    return new File([await item.getType(type)], `clipboard.${type.slice("image/".length)}`, { type });
  }
  return undefined;
}
