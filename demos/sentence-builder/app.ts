import { Checkbox, CheckboxGroup, Dropdown, Interface, Number, Radio, Slider, Textbox } from "vitrine";

export default new Interface(
  (quantity, animal, countries, place, activities, morning, adverb, years) =>
    `The ${quantity} ${animal}s from ${countries.join(" and ")} went ${adverb} to the ${place}, where they ` +
    `${activities.join(" and ")} until the ${morning ? "morning" : "night"}. That was ${years} years ago.`,
  [
    new Slider({ label: "count", minimum: 2, maximum: 20, step: 1, value: 4, info: "From 2 to 20" }),
    new Dropdown({ label: "animal", choices: ["cat", "dog", "bird"], info: "More may come" }),
    new CheckboxGroup({
      label: "countries",
      choices: ["USA", "Japan", "Pakistan"],
      info: "Where are they from?",
    }),
    new Radio({
      label: "place",
      choices: ["park", "zoo", "road"],
      value: "park",
      info: "Where did they go?",
    }),
    new Dropdown({
      label: "activities",
      choices: ["ran", "swam", "ate", "slept"],
      value: ["swam", "slept"],
      multiselect: true,
    }),
    new Checkbox({ label: "morning", info: "Did they do it until the morning?" }),
    new Textbox({ label: "adverb", value: "happily" }),
    new Number({ label: "years", value: 3, precision: 0, minimum: 0 }),
  ],
  new Textbox({ label: "sentence", lines: 3 }),
  {
    title: "Sentence builder",
    description: "Every form control in one sentence.",
    examples: [
      [2, "cat", ["Japan", "Pakistan"], "park", ["ate", "swam"], true, "slowly", 1],
      [4, "dog", ["Japan"], "zoo", ["ate", "swam"], false, "bravely", 10],
      [10, "bird", ["USA", "Pakistan"], "road", ["ran"], false, "quietly", 100],
      [8, "cat", ["Pakistan"], "zoo", ["ate"], true, "proudly", 7],
    ],
  },
);
