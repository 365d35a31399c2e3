import { defineConfig } from "vitest/config";

/** Packages run from their source: nothing has to be built while working. */
const conditions = ["@vitrine/source"];

const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  oxc: { jsx: { runtime: "automatic" as const, importSource: "preact" } },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: ["packages/**/src/**/*.test.{ts,tsx}", "demos/**/*.test.ts", "scripts/**/*.test.ts"],
          // Some open a browser, which on a busy machine takes a while.
          testTimeout: 60_000,
          hookTimeout: 120_000,
          typecheck: {
            enabled: true,
            include: ["packages/**/src/**/*.test-d.ts"],
            tsconfig: "packages/vitrine/tsconfig.test.json",
          },
        },
      },
      {
        ...shared,
        test: {
          name: "journeys",
          include: ["test/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // What never comes still fails the test; a busy machine does not.
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
