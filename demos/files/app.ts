import { readFile } from "node:fs/promises";
import { zipSync } from "fflate";
import { File, Interface } from "vitrine";

export default new Interface(
  async (files) => {
    const entries: Record<string, Uint8Array> = {};
    for (const [index, file] of files.entries()) {
      // Two files may have the same name; a number keeps both.
      const name = file.name in entries ? `${index}-${file.name}` : file.name;
      entries[name] = await readFile(file.path);
    }
    return { name: "archive.zip", bytes: zipSync(entries) };
  },
  new File({ label: "files", fileCount: "multiple" }),
  new File({ label: "archive" }),
  { title: "Files", description: "Any number of files in, one zip archive out." },
);
