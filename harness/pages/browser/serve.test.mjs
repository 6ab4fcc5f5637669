// The page of `serve` in headless Chromium: paste a request, and read the answer.
//
// PAGES_PROGRAM is the program; pictures of the page go to PAGES_FOLDER.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

import { PHONE, check, launch, opened } from "./browser.mjs";

const FOLDER = process.env.PAGES_FOLDER;
// The picture in the guide.
const PICTURE = { width: 900, height: 720 };
const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const NOW = "20130524T000100Z";
// S3 API Reference, "Signature Calculations for the Authorization Header", GET object.
const RIGHT = `GET /test.txt HTTP/1.1
Host: examplebucket.s3.amazonaws.com
Range: bytes=0-9
X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
X-Amz-Date: 20130524T000000Z
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41

`;

let browser;
let server;
let address;
before(async () => {
  browser = await launch();
  server = spawn(process.env.PAGES_PROGRAM, ["serve"], { stdio: ["ignore", "pipe", "ignore"] });
  [address] = await once(createInterface({ input: server.stdout }), "line");
});
after(async () => {
  await browser.close();
  server.kill();
  const [code] = await once(server, "exit");
  assert.equal(code, 0);
});

const open = (options = {}) => opened(browser, address, (url) => url.startsWith(address), options);

const fill = async (page, fields) => {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`#ask [name=${name}]`);
    if (name === "example") await field.selectOption(value);
    else await field.fill(value);
  }
};

// Sends the form and waits for the page with the answer.
const ask = async (page, fields) => {
  await fill(page, fields);
  const loaded = page.waitForEvent("load");
  await page.locator("#ask button").click();
  await loaded;
  assert.equal(page.url(), `${address}#answer`);
  return page.locator("#answer").innerText();
};

for (const [how, options] of [["", {}], [" without JavaScript", { javaScriptEnabled: false }]]) {
  test(`a request is pasted and answered${how}`, async () => {
    const { page, problems, close } = await open(options);
    const moved = RIGHT.replace("/test.txt", "/a/store/test.txt");
    const said = await ask(page, { request: moved, secret: SECRET, now: NOW });
    assert.match(said, /The request was changed after signing:/);
    assert.match(said, /path-prefix-added: signed as \/test\.txt, arrived as \/a\/store\/test\.txt/);
    assert.equal(await page.locator("#ask [name=request]").inputValue(), moved);
    assert.equal(await page.locator("#ask [name=now]").inputValue(), NOW);
    assert.equal(await page.locator("#ask [name=secret]").inputValue(), "");
    assert.ok(!(await page.content()).includes(SECRET));
    const right = await ask(page, { request: RIGHT, secret: SECRET });
    assert.match(right, /The signature is right for this request and this secret\./);
    assert.deepEqual(problems, []);
    await close();
  });

  test(`an example is one click away${how}`, async () => {
    const { page, problems, close } = await open({ ...options, colorScheme: "light", viewport: PICTURE });
    await page.getByRole("link", { name: "See an example." }).click();
    await page.waitForURL(`${address}example`);
    assert.match(await page.locator("#answer").innerText(), /The server computed for another request: its path differs\./);
    assert.equal(await page.locator(".sides del").innerText(), "a/store/");
    assert.ok(await page.locator(".sides").evaluate((it) => {
      const [expected, actual] = [...it.querySelectorAll("ins, del")].map((side) => side.getBoundingClientRect().left);
      return expected === actual;
    }), "the sides are not aligned");
    if (!how) await page.screenshot({ path: `${FOLDER}/serve.png` });
    const again = await ask(page, {});
    assert.match(again, /The server computed for another request: its path differs\./);
    assert.deepEqual(problems, []);
    await close();
  });
}

test("what cannot be read is said, and kept", async () => {
  const { page, problems, close } = await open();
  const said = await ask(page, { request: "\n</textarea><script>alert(1)</script>" });
  assert.match(said, /error: /);
  assert.equal(await page.locator("#ask [name=request]").inputValue(), "\n</textarea><script>alert(1)</script>");
  // Chromium complains of the status.
  assert.deepEqual(problems.filter((it) => !it.includes("422")), []);
  await close();
});

test("what may be the cause is listed, and the form can be sent by keyboard", async () => {
  const { page, problems, close } = await open();
  await fill(page, { request: RIGHT.replace("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", "0".repeat(64)), example: "s3", now: NOW });
  await page.locator("#ask").press("Tab");
  await page.locator("#ask button").press("Enter");
  await page.waitForURL(`${address}#answer`);
  assert.match(await page.locator("#answer").innerText(), /the cause was not found/);
  assert.ok(await page.locator("#answer ol li").count() > 1);
  assert.match(await page.locator("#answer pre").innerText(), /^GET␊?\n\/test\.txt/);
  assert.deepEqual(problems, []);
  await close();
});

test("nothing but the theme is stored", async () => {
  const { page, close } = await open();
  await page.locator("#theme").click();
  await ask(page, { request: RIGHT, secret: SECRET, now: NOW });
  const stored = await page.evaluate(() => [{ ...localStorage }, { ...sessionStorage }, document.cookie]);
  assert.deepEqual(stored.slice(1), [{}, ""]);
  assert.deepEqual(Object.keys(stored[0]), ["theme"]);
  assert.ok(await page.locator("html").getAttribute("data-theme"));
  await close();
});

test("another page cannot send the form", async () => {
  const { page, close } = await open();
  const status = page.waitForResponse((response) => response.request().method() === "POST");
  await page.goto("about:blank");
  await page.setContent(`<form method="post" action="${address}"><input name="request" value="x"></form>`);
  await page.evaluate(() => document.forms[0].submit());
  assert.equal((await status).status(), 403);
  await close();
});

for (const [what, options] of [
  ["light", { colorScheme: "light" }], ["dark", { colorScheme: "dark" }],
  ["light-390", { colorScheme: "light", viewport: PHONE }], ["dark-390", { colorScheme: "dark", viewport: PHONE }],
]) {
  test(`the page can be used by everyone (${what})`, async () => {
    const { page, problems, close } = await open({ ...options, bypassCSP: true });
    await page.screenshot({ path: `${FOLDER}/serve-${what}.png`, fullPage: true });
    assert.deepEqual(await check(page), []);
    await page.locator("details summary").click();
    assert.deepEqual(await check(page), []);
    await page.goto(`${address}example`);
    await page.screenshot({ path: `${FOLDER}/serve-${what}-example.png`, fullPage: true });
    assert.deepEqual(await check(page), []);
    const long = RIGHT.replace("Range: bytes=0-9", `Range: bytes=0-9\nX-Long: ${"a".repeat(500)}`).replace("f0e8bdb8", "f0e8bdb9");
    await ask(page, { request: long, document: "", example: "s3" });
    await page.screenshot({ path: `${FOLDER}/serve-${what}-unexplained.png`, fullPage: true });
    assert.deepEqual(await check(page), []);
    assert.deepEqual(problems, []);
    await close();
  });
}
