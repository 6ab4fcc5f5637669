// A headless Chromium, and what must hold of every page in it.
//
// PAGES_CHROMIUM is the browser, PAGES_MODULES the folder with the installed packages.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.PAGES_MODULES}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const WIDE = { width: 1200, height: 900 };
export const PHONE = { width: 390, height: 844 };

export const launch = () =>
  chromium.launch({ executablePath: process.env.PAGES_CHROMIUM, args: ["--no-sandbox"] });

// Opens a page and records what it complains of and asks for, but for the addresses that it may ask for.
export const opened = async (browser, address, may, options = {}) => {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const page = await context.newPage();
  const problems = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("dialog", (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url().split("#")[0];
    if (!may(url) && !url.startsWith("data:")) problems.push(`asks for ${url}`);
  });
  await page.goto(address);
  return { page, problems, close: () => context.close() };
};

// What keeps someone from using the page: it is wider than the window, or axe-core finds something.
export const check = async (page) => {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await page.addScriptTag({ content: axe });
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" ")}`);
  return overflow > 0 ? [`wider than the window by ${overflow} px`, ...found] : found;
};
