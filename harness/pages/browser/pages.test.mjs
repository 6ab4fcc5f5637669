// The pages in headless Chromium: what they show, what they ask for, and whether everyone can use them.
//
// PAGES_FOLDER is the folder with the pages: run.html and run.ndjson, hostile.html and hostile.ndjson,
// matrix.html with matrix.json, and site/.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { PHONE, check, launch, opened } from "./browser.mjs";

const FOLDER = process.env.PAGES_FOLDER;
const PUBLISHED = new URL("../../../reports/signers.json", import.meta.url);
const PAGES = ["run.html", "hostile.html", "matrix.html"];
const SITE = [
  "index.html", "signers.html", "verifiers.html", "mistakes.html", "mistakes/query-plus-is-space.html",
  "implementations/signer-aws-sigv4.html", "changes.html", "services.html", "kill-matrix.html", "power.html", "cost.html",
].map((page) => `site/${page}`);
// How many rows of each table are checked for accessibility.
const ROWS = 20;
// What is measured is printed; these limits only find what is far too slow on a busy machine.
const PATIENCE = 10;
const FIRST_CONTENT = 1000;
const FILTER = 100;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const read = (name) => readFileSync(`${FOLDER}/${name}`, "utf8");

const open = (name, options = {}) => {
  const address = pathToFileURL(`${FOLDER}/${name}`).href;
  return opened(browser, address, (url) => url === address, options);
};

const count = async (page) => page.locator("#count").textContent();

for (const name of [...PAGES, ...SITE]) {
  test(`${name} loads without a complaint or a request, in a second`, async () => {
    const { page, problems, close } = await open(name);
    const painted = await page.evaluate(() => new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime))
        .observe({ type: "paint", buffered: true });
    }));
    console.log(`${name}: first content after ${painted.toFixed(0)} ms`);
    assert.ok(painted < FIRST_CONTENT * PATIENCE, `${painted} ms`);
    assert.ok((await page.locator("h1").first().textContent()).trim().length > 0);
    assert.deepEqual(problems, []);
    await close();
  });

  for (const [what, options] of [
    ["dark", { colorScheme: "dark" }], ["light, 390 px", { colorScheme: "light", viewport: PHONE }],
  ]) {
    test(`${name} can be used by everyone (${what})`, async () => {
      const { page, close } = await open(name, { ...options, bypassCSP: true });
      await page.evaluate(() => document.querySelectorAll(".row summary").forEach((it, place) => place < 3 && it.click()));
      // The rows of a table are made by one template: to check all of them would take minutes.
      await page.evaluate((most) => document.querySelectorAll("tbody").forEach((body) => [...body.rows].slice(most).forEach((it) => it.remove())), ROWS);
      assert.deepEqual(await check(page), []);
      await close();
    });
  }
}

test("what comes from outside is shown as text", async () => {
  const { page, problems, close } = await open("hostile.html");
  assert.match(await page.locator("#result").innerText(), /A space <\/script><script>alert\(1\)<\/script>/);
  await page.locator(".row summary", { hasText: "path-texts/space" }).click();
  assert.match(await page.locator(".row .inner").first().innerText(), /X-Odd: <\/script><script>alert\(1\)<\/script>/);
  assert.deepEqual(problems, []);
  await close();
});

test("filters narrow the list, quickly", async () => {
  for (const name of ["run.html", "matrix.html", "site/signers.html"]) {
    const { page, close } = await open(name);
    const all = await count(page);
    const took = await page.evaluate(() => {
      const form = document.getElementById("filters");
      const times = [];
      for (const [field, value] of [["text", "query"], ["text", ""], ["view", ""], ["level", "a"], ["view", "wrong"]]) {
        form.elements[field].value = value;
        const start = performance.now();
        form.elements[field].dispatchEvent(new Event("input", { bubbles: true }));
        document.body.getBoundingClientRect();
        times.push(performance.now() - start);
      }
      return Math.max(...times);
    });
    console.log(`${name}: slowest filter ${took.toFixed(1)} ms`);
    assert.ok(took < FILTER * PATIENCE, `${took} ms`);
    assert.notEqual(await count(page), all);
    await close();
  }
});

test("a finding opens by keyboard, with its sides and its command", async () => {
  const { page, close } = await open("run.html");
  await page.locator("#filters [name=text]").fill("query-plus-is-space");
  const row = page.locator(".row").first();
  await row.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.match(await row.locator(".inner").innerText(), /expected .*\nactual /);
  const command = await row.locator(".command code").textContent();
  assert.match(command, /^sigv4-conformance signer --filter \S+ aws-sigv4$/);
  const link = row.locator(".inner a.id").first();
  await link.click();
  assert.ok(await page.locator("#mistake-query-plus-is-space").evaluate((it) => it.open));
  await close();
});

test("a case splits the subjects if one of others is right and another is not", async () => {
  const { cases, columns } = JSON.parse(readFileSync(PUBLISHED, "utf8"));
  const others = columns.filter((column) => !["reference", "model"].includes(column.name));
  const letters = cases.map((_, number) => others.map((column) => column.standings[number]));
  const isSplit = (all) => all.includes("G") && all.some((letter) => "wd".includes(letter));
  const { page, close } = await open("site/signers.html");
  await page.locator("#filters [name=view]").selectOption("split");
  const shown = (await count(page)).replace(/\P{ASCII}|,/gu, "");
  assert.equal(Number.parseInt(shown, 10), letters.filter(isSplit).length);
  assert.ok(letters.some((all) => !isSplit(all)), "no case would show the difference");
  await close();
});

test("cases that fail in only one, or split the subjects, can be asked for", async () => {
  const { page, close } = await open("site/signers.html");
  await page.locator("#filters [name=subject]").selectOption({ label: "aws-sigv4" });
  const wrong = await count(page);
  await page.locator("#filters [name=view]").selectOption("split");
  assert.notEqual(await count(page), "0 cases");
  await page.locator("#filters [name=view]").selectOption("only");
  assert.notEqual(await count(page), wrong);
  await close();
});

test("the theme can be switched", async () => {
  const { page, close } = await open("run.html", { colorScheme: "light" });
  const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await colour();
  await page.locator("#theme").click();
  assert.notEqual(await colour(), light);
  await close();
});

const drop = (page, name, text) => page.evaluate(([file, content]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([content], file));
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
}, [name, text]);

test("a log that is dropped shows as the page that the harness makes of it", async () => {
  const written = await open("hostile.html");
  const dropped = await open("run.html");
  await drop(dropped.page, "hostile.ndjson", read("hostile.ndjson"));
  await dropped.page.waitForFunction(() => document.querySelector("h1").textContent.includes("hostile"));
  const shown = ({ page }) => page.evaluate(() => {
    const text = (selector) => [...document.querySelectorAll(selector)].map((it) => it.textContent.replace(/\s+/g, " ").trim());
    return {
      facts: text("#result .facts div"), result: text("#result .verdict"), problems: text("#result .problem, #result .note"),
      groups: text(".group h3"), sentences: text(".group .sentence"), sides: text(".group .sides"),
      commands: text(".group .command code"), count: text("#count"), rows: text(".row summary"),
    };
  });
  assert.deepEqual(await shown(dropped), await shown(written));
  const inner = async ({ page }) => {
    await page.locator(".row summary").first().click();
    return page.locator(".row .inner").first().innerText();
  };
  assert.equal(await inner(dropped), await inner(written));
  assert.deepEqual(dropped.problems, []);
  await written.close();
  await dropped.close();
});

test("a log that does not add up is refused, and the page stays", async () => {
  const lines = read("hostile.ndjson").trimEnd().split("\n");
  const edited = (from, to) => lines.map((line) => line.replace(from, to)).join("\n");
  for (const [text, why] of [
    [lines.slice(0, -1).join("\n"), /has no footer: it was cut off after 4 of 4 cases/],
    [lines.slice(0, 3).join("\n"), /cut off after 2 of 4 cases/],
    [edited('"failed":2', '"failed":1'), /the footer counts 1 failed, the events are 2/],
    [edited('"exact":1', '"exact":2'), /the footer counts 2 exact, the events are 1/],
    [edited('"verdict":"error","outcome":"failed"', '"verdict":"exact","outcome":"failed"'), /stated as failed, but it is passed/],
    [edited('"log":2', '"log":1'), /log version 1, expected 2/],
    [lines.filter((_, place) => place !== 3).join("\n"), /1 planned cases have no verdict/],
    ["{}", /expected the header of a run first/],
    ["no JSON", /hostile\.ndjson:1: expected an event of a run log/],
    ["", /hostile\.ndjson:1: expected an event of a run log/],
  ]) {
    const { page, problems, close } = await open("run.html");
    const title = await page.locator("h1").textContent();
    await page.locator("#log").setInputFiles({ name: "hostile.ndjson", mimeType: "text/plain", buffer: Buffer.from(text) });
    await page.waitForFunction(() => document.getElementById("refused").textContent !== "");
    assert.match(await page.locator("#refused").textContent(), why);
    assert.equal(await page.locator("h1").textContent(), title);
    assert.deepEqual(problems, []);
    await close();
  }
});

test("an earlier result shows what changed", async () => {
  const lines = read("hostile.ndjson").trimEnd().split("\n");
  const better = lines.map((line) => line
    .replace('"verdict":"error","outcome":"failed","notes"', '"verdict":"exact","outcome":"passed","notes"')
    .replace('"exact":1,"mismatch":2,"error":1', '"exact":2,"mismatch":2').replace('"failed":2', '"failed":1'));
  const { page, problems, close } = await open("hostile.html");
  await page.locator("#earlier").setInputFiles({ name: "earlier.ndjson", mimeType: "text/plain", buffer: Buffer.from(better.join("\n")) });
  await page.waitForFunction(() => document.getElementById("count").textContent.startsWith("1 case"));
  await page.locator(".row summary").click();
  assert.match(await page.locator(".row .inner").innerText(), /Before: exact\./);
  assert.deepEqual(problems, []);
  await close();
  const matrix = await open("matrix.html");
  const older = JSON.parse(read("matrix.json"));
  const wrong = older.columns.find((column) => column.standings.includes("w"));
  wrong.standings = wrong.standings.replace("w", "G");
  await matrix.page.locator("#earlier").setInputFiles({ name: "older.json", mimeType: "text/plain", buffer: Buffer.from(JSON.stringify(older)) });
  await matrix.page.waitForFunction(() => document.querySelector("#filters [name=view]").value === "changed");
  assert.doesNotMatch(await count(matrix.page), /^0 /);
  assert.deepEqual(matrix.problems, []);
  await matrix.close();
});

test("everything that is wrong can be read without JavaScript", async () => {
  const { page, close } = await open("run.html", { javaScriptEnabled: false });
  assert.ok(await page.locator(".group").count() > 5);
  assert.ok(await page.locator("#matrix table").isVisible());
  assert.ok(await page.getByText("need JavaScript").isVisible());
  for (const hidden of ["#filters", "#theme", "#open", ".copy"]) {
    assert.ok(!(await page.locator(hidden).first().isVisible()), hidden);
  }
  await page.locator(".group details summary").first().click();
  assert.ok(await page.locator(".group details .topic").first().isVisible());
  await close();
});
