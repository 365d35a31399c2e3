import { expect, test } from "vitest";
import { parseCommandLine } from "./command-line.ts";

test("a script is run, with its address and its own arguments", () => {
  expect(parseCommandLine(["app.ts", "--port", "8000", "--model", "x", "--host=0.0.0.0"])).toEqual({
    command: "run",
    script: "app.ts",
    port: 8000,
    host: "0.0.0.0",
    mcp: false,
    scriptArgs: ["--model", "x"],
  });
});

test("--mcp has no value: what follows it is the script or the script's", () => {
  expect(parseCommandLine(["--mcp", "app.ts", "--model"])).toMatchObject({
    script: "app.ts",
    mcp: true,
    scriptArgs: ["--model"],
  });
});

test("dev comes before the script, options may too", () => {
  expect(parseCommandLine(["dev", "--port", "0", "app.ts"])).toEqual({
    command: "dev",
    script: "app.ts",
    port: 0,
    host: undefined,
    mcp: false,
    scriptArgs: [],
  });
});

test.each([[[]], [["--help"]], [["-h"]]])("%j asks for help", (args) => {
  expect(parseCommandLine(args)).toEqual({ command: "help" });
});

test("--version asks for the version", () => {
  expect(parseCommandLine(["--version"])).toEqual({ command: "version" });
});

test.each([
  [["app.ts", "--port", "eighty"], '--port expected a number from 0 to 65535, got "eighty".'],
  [["app.ts", "--port", "65536"], '--port expected a number from 0 to 65535, got "65536".'],
  [["app.ts", "--port"], '--port expected a number from 0 to 65535, got "".'],
  [["app.ts", "--host", "a b"], '--host expected an address such as 127.0.0.1, got "a b".'],
  [["dev"], "vitrine expected the path of a script, got none."],
  [["--fast", "app.ts"], "vitrine expected the path of a script, got --fast."],
])("%j is refused with words", (args, message) => {
  expect(() => parseCommandLine(args)).toThrow(message);
});
