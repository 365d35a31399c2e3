import { afterAll, beforeAll, expect, test } from "vitest";
import helloWorld from "../../demos/hello-world/app.ts";
import { openBrowser, type TestBrowser } from "../lib/browser.ts";
import { serve } from "../lib/serve.ts";

let browser: TestBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());

/** Bytes of a file on its way, as the server sends it to clients that take gzip. */
async function gzipBytes(url: string): Promise<number> {
  const answer = await fetch(url, { method: "HEAD", headers: { "Accept-Encoding": "gzip" } });
  expect(answer.headers.get("content-encoding"), url).toBe("gzip");
  return Number(answer.headers.get("content-length"));
}

test.each([
  ["scripts", /\.js$/, 20 * 1024],
  ["style sheets", /\.css$/, 4 * 1024],
] as const)(
  "all %s a visit to the hello page fetches are within their budget",
  async (_kind, name, budget) => {
    await using served = await serve(helloWorld);
    const page = await browser.visit(served.url);
    await page.getByRole("button", { name: "Submit" }).waitFor();
    const fetched = await page.evaluate(() =>
      performance.getEntriesByType("resource").map((entry) => entry.name),
    );
    const files = [...new Set(fetched)].filter((url) => name.test(url));
    expect(files).not.toEqual([]);
    const sizes = await Promise.all(files.map(gzipBytes));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(budget);
  },
);
