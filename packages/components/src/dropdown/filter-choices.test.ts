import { expect, test } from "vitest";
import { filterChoices, foldText } from "./filter-choices.ts";

const labels = ["Straße", "Łódź", "Ærø", "São Paulo", "İzmir", "Ångström"];

test.each([
  ["strasse", ["Straße"]],
  ["LODZ", ["Łódź"]],
  ["aero", ["Ærø"]],
  ["sao p", ["São Paulo"]],
  ["izmir", ["İzmir"]],
  ["ANG", ["Ångström"]],
  ["  ström ", ["Ångström"]],
  ["", labels],
  ["zzz", []],
])("%j finds %j", (query, found) => {
  expect(filterChoices(labels.map(foldText), query).map((place) => labels[place])).toEqual(found);
});
