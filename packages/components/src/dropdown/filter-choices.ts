/** Letters that Unicode does not take apart into a base and a mark. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: "ss",
  ø: "o",
  ł: "l",
  đ: "d",
  æ: "ae",
  œ: "oe",
  ı: "i",
};

/** Places of the texts that contain `query`, in order; capitals and accents make no difference. `folded` comes from `foldText`. */
export function filterChoices(folded: readonly string[], query: string): readonly number[] {
  const wanted = foldText(query.trim());
  const places: number[] = [];
  folded.forEach((text, index) => {
    if (text.includes(wanted)) places.push(index);
  });
  return places;
}

/** Text without capitals and accents, for comparing: "Zürich" and "zurich" are the same. */
export function foldText(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßøłđæœı]/g, (letter) => plainLetters[letter] ?? letter);
}
