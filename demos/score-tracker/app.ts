import { Interface, JSON, Number } from "vitrine";

/** A variable outside the function is shared by every visitor. */
const scores: number[] = [];

export default new Interface(
  (score: number) => {
    scores.push(score);
    return scores.toSorted((a, b) => b - a).slice(0, 3);
  },
  new Number({ label: "Score" }),
  new JSON({ label: "Top Scores" }),
  {
    title: "Score tracker",
    description: "The three best scores of everybody: global state.",
    apiName: "predict",
  },
);
