// The pictures of docs/page.md: node pictures.mjs WIRECOPY CORPUS FOLDER
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "./browser.mjs";

const [binary, corpus, folder] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), "wirecopy-pictures-"));
execFileSync(binary, ["scan", corpus, "-q", "-o", work]);
const ids = readFileSync(join(work, "articles.csv"), "utf8").split("\r\n").slice(1).map((line) => line.split(",")[0]);
const number = (id) => ids.indexOf(id);
const [left, right] = ["capital-dispatch/marant-hask-call.txt", "orchard-standard/marant-hask-call.txt"].map(number);
const PICTURES = [
  ["page-article", `article-${left}`, { width: 1000, height: 1150 }, "light"],
  ["page-pair", `pair-${left}-${right}`, { width: 1000, height: 900 }, "light"],
  ["page-outlets", "outlets", { width: 1000, height: 680 }, "dark"],
];
const browser = await launch();
for (const [name, hash, viewport, colorScheme] of PICTURES) {
  const page = await (await browser.newContext({ viewport, colorScheme })).newPage();
  await page.goto(`file://${join(work, "report.html")}#${hash}`);
  await page.waitForSelector(`#${hash.startsWith("pair") ? "pair" : hash}:not([hidden])`);
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
await browser.close();
rmSync(work, { recursive: true });
