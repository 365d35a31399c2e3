import type { Blocks } from "vitrine";
import calculatorLive from "../calculator-live/app.ts";
import calculator from "../calculator/app.ts";
import chatEcho from "../chat-echo/app.ts";
import countGenerator from "../count-generator/app.ts";
import files from "../files/app.ts";
import helloBlocks from "../hello-blocks/app.ts";
import helloWorld from "../hello-world/app.ts";
import imageLabels from "../image-labels/app.ts";
import interfaceState from "../interface-state/app.ts";
import scoreTracker from "../score-tracker/app.ts";
import sentenceBuilder from "../sentence-builder/app.ts";
import sepiaFilter from "../sepia-filter/app.ts";
import twoStates from "../two-states/app.ts";
import { studioSections } from "./studio-sections.ts";

export interface Demo {
  /** Folder of the demo, and its address in the gallery. */
  readonly name: string;
  readonly app: Blocks;
  readonly title: string;
  readonly about: string;
}

export interface Section {
  readonly title: string;
  readonly demos: readonly Demo[];
}

/** Every demo, in the order of the gallery. */
export const sections: readonly Section[] = [
  {
    title: "First steps",
    demos: [
      {
        name: "hello-world",
        app: helloWorld,
        title: "Hello, world",
        about: "One function, two inputs, one output: five lines.",
      },
      {
        name: "hello-blocks",
        app: helloBlocks,
        title: "Hello, Blocks",
        about: "The same, placed and connected by hand.",
      },
      {
        name: "calculator",
        app: calculator,
        title: "Calculator",
        about: "Choices the compiler knows, examples, and the author's own error.",
      },
      {
        name: "sentence-builder",
        app: sentenceBuilder,
        title: "Sentence builder",
        about: "Every form control, and a table of examples.",
      },
    ],
  },
  {
    title: "Live and streaming",
    demos: [
      {
        name: "calculator-live",
        app: calculatorLive,
        title: "Live calculator",
        about: "No button: the result follows every change.",
      },
      {
        name: "count-generator",
        app: countGenerator,
        title: "Counting generator",
        about: "Values as they come, progress, and a Stop that stops.",
      },
      { name: "chat-echo", app: chatEcho, title: "Chat echo", about: "A whole chat from one generator." },
    ],
  },
  {
    title: "State",
    demos: [
      {
        name: "score-tracker",
        app: scoreTracker,
        title: "Score tracker",
        about: "Global state: one list for everybody.",
      },
      {
        name: "interface-state",
        app: interfaceState,
        title: "Interface state",
        about: "Session state: a history for each visitor.",
      },
      {
        name: "two-states",
        app: twoStates,
        title: "Two states",
        about: "Several States, and what follows when one changes.",
      },
    ],
  },
  {
    title: "Pictures and files",
    demos: [
      {
        name: "sepia-filter",
        app: sepiaFilter,
        title: "Sepia filter",
        about: "A picture in, a picture out.",
      },
      {
        name: "image-labels",
        app: imageLabels,
        title: "Image labels",
        about: "Which colours a picture is made of, as bars.",
      },
      { name: "files", app: files, title: "Files", about: "Many files in, one archive out." },
    ],
  },
  ...(await studioSections()),
];
