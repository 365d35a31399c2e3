import { request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { App } from "@vitrine/core";
import { Slider } from "@vitrine/components";
import { expect, test } from "vitest";
import { doubler, get, openSite, sendRaw } from "../testing/open-site.ts";

/** Addresses the page names, as they are written. */
const addressesIn = (html: string): readonly string[] =>
  [...html.matchAll(/ (?:src|href)="([^"]*)"/g)].map(([, address = ""]) => address);

test("the page is drawn on the server, with the app's config beside it", async () => {
  await using site = await openSite(doubler({ title: "Twice <as> much" }));
  const answer = await fetch(`${site.url}/`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/html; charset=UTF-8");
  const html = await answer.text();
  expect(html).toContain("<title>Twice &#60;as&#62; much</title>");
  expect(html).toMatch(
    /<div id="vitrine">.*type="range".*<script type="application\/json" id="vitrine-config">/s,
  );
});

test("every address in the page is relative and answers", async () => {
  await using site = await openSite();
  const html = await (await fetch(`${site.url}/`)).text();
  const addresses = addressesIn(html);
  expect(addresses.length).toBeGreaterThan(5);
  for (const address of addresses) {
    expect(address).not.toMatch(/^(\/|[a-z]+:)/i);
    expect((await fetch(`${site.url}/${address}`)).status, address).toBe(200);
  }
});

test("the page preloads the views it uses and no others", async () => {
  await using site = await openSite();
  const html = await (await fetch(`${site.url}/`)).text();
  const loaded = addressesIn(html).join(" ");
  expect(loaded).toMatch(/slider-view-\w+\.js/);
  expect(loaded).toMatch(/slider-view-\w+\.css/);
  expect(loaded).not.toMatch(/accordion-view/);
});

test("the policy of the page allows its own scripts, no inline script and no eval", async () => {
  await using site = await openSite();
  const answer = await fetch(`${site.url}/`);
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).toContain("frame-ancestors 'self'");
  expect(policy).not.toContain("unsafe");
  const html = await answer.text();
  expect([...html.matchAll(/<script(?![^>]*(?:src=|type="application\/json"))/g)]).toEqual([]);
  expect(html).not.toMatch(/ (style|on\w+)="/);
});

test("the inline style sheet carries the nonce of this answer only", async () => {
  await using site = await openSite();
  const nonces = new Set<string>();
  for (let round = 0; round < 3; round++) {
    const answer = await fetch(`${site.url}/`);
    const [, nonce = "none"] =
      /'nonce-([^']+)'/.exec(answer.headers.get("content-security-policy") ?? "") ?? [];
    const html = await answer.text();
    expect([...html.matchAll(/nonce="([^"]*)"/g)].map(([, found]) => found)).toEqual([nonce]);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(3);
});

test("what an app shows cannot end the config, nor begin a script", async () => {
  const label = `</script><script>alert(1)</script><!-- \u2028`;
  await using site = await openSite(
    new App({ title: label, css: "a{} </style><script>alert(2)</script>" }, () => void new Slider({ label })),
  );
  const html = await (await fetch(`${site.url}/`)).text();
  expect(html).not.toContain("<script>alert(1)");
  // A style sheet ends where its element does, not before.
  expect(/<style[^>]*>(a\{.*?)<\/style>/s.exec(html)?.[1]).toContain("alert(2)");
  const [, config = ""] = /id="vitrine-config">(.*?)<\/script>/s.exec(html) ?? [];
  expect(JSON.parse(config)).toMatchObject({ title: label });
});

test("the author's style sheet comes after Vitrine's", async () => {
  await using site = await openSite(new App({ css: ".mine > a { color: red }" }, () => void new Slider()));
  const html = await (await fetch(`${site.url}/`)).text();
  expect(html.indexOf(".mine > a { color: red }")).toBeGreaterThan(html.lastIndexOf('rel="stylesheet"'));
});

test("the page says nothing of the host it was asked under", async () => {
  await using site = await openSite();
  const forged = {
    Host: "127.0.0.1",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "//evil",
    "X-Forwarded-Proto": "javascript",
    Forwarded: "host=evil.example",
  };
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => sendRaw(site.port, get("/", index % 2 === 0 ? forged : {}))),
  );
  const bodies = new Set(answers.map(({ body }) => body.replace(/nonce="[^"]*"/g, "")));
  expect(bodies.size).toBe(1);
  expect([...bodies][0]).not.toContain("evil");
});

test("the page is sent compressed to whoever can take it", async () => {
  await using site = await openSite();
  const plain = await (await fetch(`${site.url}/`, { headers: { "Accept-Encoding": "identity" } })).text();
  const answer = await fetch(`${site.url}/`, { headers: { "Accept-Encoding": "gzip" } });
  expect(answer.headers.get("content-encoding")).toBe("gzip");
  const same = (html: string): string => html.replace(/nonce="[^"]*"/g, "");
  expect(same(await answer.text())).toBe(same(plain));
});

test("a built file may be kept for ever, and comes in the best encoding the client takes", async () => {
  await using site = await openSite();
  const script = await largestScript(site.url);
  const ask = async (encoding: string) => {
    return new Promise<{ encoding: string | undefined; cache: string | undefined; bytes: Buffer }>(
      (resolve, reject) => {
        request(
          { port: site.port, path: `/${script}`, headers: { "Accept-Encoding": encoding } },
          (answer) => {
            const chunks: Buffer[] = [];
            answer.on("data", (chunk: Buffer) => chunks.push(chunk));
            answer.on("end", () =>
              resolve({
                encoding: answer.headers["content-encoding"],
                cache: answer.headers["cache-control"],
                bytes: Buffer.concat(chunks),
              }),
            );
          },
        )
          .on("error", reject)
          .end();
      },
    );
  };
  const plain = await ask("identity");
  const zipped = await ask("gzip, deflate");
  const best = await ask("gzip, deflate, br");
  expect(plain.cache).toBe("public, max-age=31536000, immutable");
  expect([plain.encoding, zipped.encoding, best.encoding]).toEqual([undefined, "gzip", "br"]);
  expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
  expect(brotliDecompressSync(best.bytes).equals(plain.bytes)).toBe(true);
  expect(best.bytes.length).toBeLessThan(plain.bytes.length);
});

/** Compression has something to gain on it: splitting also leaves scripts of a few bytes, in an order that changes. */
async function largestScript(url: string): Promise<string> {
  const html = await (await fetch(`${url}/`)).text();
  const scripts = addressesIn(html).filter((address) => address.endsWith(".js"));
  const sizes = await Promise.all(
    scripts.map(async (address) => (await (await fetch(`${url}/${address}`)).arrayBuffer()).byteLength),
  );
  return scripts[sizes.indexOf(Math.max(...sizes))] ?? "";
}
