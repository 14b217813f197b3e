// report.html in a real browser: node page.mjs WIRECOPY CORPUS
// Every view is opened and used; figures are compared with the tables; hostile articles stay text; nothing is fetched;
// axe-core finds no fault in roles and contrast, light and dark, wide and narrow.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "./browser.mjs";
import { hostileArticles } from "./hostile.mjs";

const [binary, corpus] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "wirecopy-page-"));
const browser = await launch();
let failed = 0;

/** Runs a test, tells how it went, and goes on. */
async function test(name, run) {
  const began = performance.now();
  try {
    await run();
    console.log(`ok      ${name} (${Math.round(performance.now() - began)} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
}

/** Rows of a table as objects: quotes and line ends inside cells as RFC 4180 has them. */
function csv(path) {
  const text = readFileSync(path, "utf8");
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ",") rows.push([]);
  }
  const [header, ...body] = rows.filter((row) => row.length > 1);
  return body.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at]])));
}

function scan(input, name, ...flags) {
  const out = join(folder, name);
  execFileSync(binary, ["scan", input, "-q", "-o", out, ...flags]);
  return out;
}

/** Opens a page; whatever it does that it must not is in `faults`. */
async function open(report, options = {}, until = "html.scripted #overview:not([hidden])") {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => { if (message.type() === "error") faults.push(`console: ${message.text()}`); });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (!/^(file|data|blob):/.test(request.url())) faults.push(`request: ${request.url()}`); });
  await page.addInitScript(() => {
    window.__violations = [];
    addEventListener("securitypolicyviolation", (event) => window.__violations.push(event.violatedDirective));
  }).catch(() => {});
  await page.goto(`file://${report}`);
  if (options.javaScriptEnabled !== false) await page.waitForSelector(until);
  return { page, faults, close: () => context.close() };
}

async function go(page, hash) {
  await page.evaluate((hash) => { location.hash = hash; }, hash);
  await page.waitForFunction((hash) => {
    const view = [...document.querySelectorAll(".view")].filter((view) => !view.hidden);
    return view.length === 1 && hash.startsWith(view[0].id === "pair" ? "pair" : view[0].id);
  }, hash);
}

async function unharmed(page, faults) {
  assert.equal(await page.evaluate(() => window.__ran), undefined, "a script of an article ran");
  assert.deepEqual(await page.evaluate(() => window.__violations), []);
  assert.deepEqual(faults, []);
}

const number = (text) => Number(text.replace(/[, %]/g, ""));
const KINDS = ["unique", "quotation", "credited", "boilerplate", "self", "unattributed"];
const sum = (rows, column) => rows.reduce((total, row) => total + Number(row[column]), 0);

const out = scan(corpus, "corpus");
const report = join(out, "report.html");
const articles = csv(join(out, "articles.csv"));

await test("the overview has the sums of articles.csv", async () => {
  const { page, faults, close } = await open(report);
  for (const [kind, name] of KINDS.entries()) {
    const shown = await page.locator(`#totals tr[data-kind="${kind}"] .words`).textContent();
    assert.equal(number(shown), sum(articles, `${name}_words`), name);
  }
  assert.match(await page.locator("#overview-name").textContent(), new RegExp(`^${articles.length} articles of 12 outlets`));
  const bars = await page.locator(".histogram title").allTextContents();
  assert.equal(bars.reduce((total, text) => total + Number(/: (\d+) articles/.exec(text)[1]), 0), articles.length);
  const shared = csv(join(out, "passages.csv")).filter((row) => Number(row.articles) > 1).length;
  assert.match(await page.locator("#overview .lead").textContent(), new RegExp(`${shared} passages stand in two`));
  assert.equal(await page.locator("#kinds").isVisible(), false, "switches that change nothing here");
  await unharmed(page, faults);
  await close();
});

await test("each article shows its words by kind, and the marks in its text hold as many", async () => {
  const { page, faults, close } = await open(report);
  for (const [at, row] of articles.entries()) {
    await go(page, `article-${at}`);
    const view = page.locator(`#article-${at}`);
    assert.equal(await view.locator(".meta code").textContent(), row.id);
    const words = await view.locator(".figures tr[data-kind] .words").allTextContents();
    assert.deepEqual(words.map(number), KINDS.map((name) => Number(row[`${name}_words`])), row.id);
    const runs = await view.locator(".run").evaluateAll((runs) => runs.map((run) => [run.dataset.kind, Number(run.dataset.words)]));
    for (let kind = 1; kind < 6; kind++) {
      const marked = runs.filter(([of]) => of === String(kind)).reduce((total, [, words]) => total + words, 0);
      assert.equal(marked, Number(row[`${KINDS[kind]}_words`]), `${row.id}: ${KINDS[kind]}`);
    }
    const blocks = await view.locator(".strip rect.f0").evaluateAll((rects) => rects.map((rect) => Number(rect.getAttribute("width"))));
    assert.equal(blocks.reduce((total, width) => total + width, 0), Number(row.words), `${row.id}: the strip`);
    const widths = await view.locator(".bar rect").evaluateAll((rects) => rects.map((rect) => Number(rect.getAttribute("width"))));
    assert.ok(Math.abs(widths.reduce((total, width) => total + width, 0) - 100) < 0.1, `${row.id}: a bar of ${widths}`);
  }
  await unharmed(page, faults);
  await close();
});

await test("switches make words unique, here and in the list", async () => {
  const { page, faults, close } = await open(report);
  const at = articles.findIndex((row) => Number(row.quotation_words) > 50);
  await go(page, `article-${at}`);
  const cell = (kind) => page.locator(`#article-${at} .figures tr[data-kind="${kind}"] .words`);
  await page.locator('#kinds input[data-kind="1"]').uncheck();
  assert.equal(number(await cell(1).textContent()), 0);
  assert.match(await page.locator(`#article-${at} .lead`).textContent(), /do not count as reused, as the switches stand/);
  assert.equal(number(await cell(0).textContent()), Number(articles[at].unique_words) + Number(articles[at].quotation_words));
  assert.equal(await page.locator(`#article-${at} .run.k1:not(.off)`).count(), 0);
  assert.equal(await page.locator(`#article-${at} .strip .f1`).count(), 0);
  await page.locator('#kinds input[data-kind="1"]').check();
  assert.ok(await page.locator(`#article-${at} .strip .f1`).count() > 0);
  assert.equal(number(await cell(1).textContent()), Number(articles[at].quotation_words));
  await page.locator("#least").selectOption("100");
  const short = await page.locator(`#article-${at} .run:not(.off)`).evaluateAll((runs) => runs.filter((run) => (run.dataset.row || run.dataset.words) < 100).length);
  assert.equal(short, 0);
  const own = await page.locator(`#article-${at} .own`).textContent();
  await go(page, "articles");
  await page.locator("#search").fill(articles[at].id);
  await page.waitForFunction(() => document.querySelectorAll("#list tbody tr").length === 1);
  assert.equal(await page.locator("#list tbody td").nth(1).textContent(), own, "the list says what the article says");
  await page.locator("#least").selectOption("1");
  await unharmed(page, faults);
  await close();
});

await test("the list is searched, sorted and filtered", async () => {
  const { page, faults, close } = await open(report);
  await go(page, "articles");
  const names = () => page.locator("#list tbody tr").evaluateAll((rows) => rows.map((row) => row.cells[4].textContent));
  await page.locator("#search").fill("estrel");
  await page.waitForFunction(() => document.querySelectorAll("#list tbody tr").length < 20);
  const found = await page.locator("#list tbody tr").count();
  assert.ok(found >= 3 && found < 20);
  await page.locator("#search").fill("");
  await page.locator('#list button[data-sort="outlet"]').click();
  await page.waitForFunction((count) => document.querySelectorAll("#list tbody tr").length === count, articles.length);
  const sorted = await names();
  assert.deepEqual(sorted, [...sorted].sort((x, y) => x.toLowerCase() < y.toLowerCase() ? -1 : 1));
  await page.locator("#most").fill("10");
  await page.waitForFunction((count) => document.querySelectorAll("#list tbody tr").length < count, articles.length);
  const expected = articles.filter((row) => Number(row.first_seen_share || row.unique_share) <= 0.1).length;
  assert.equal(await page.locator("#list tbody tr").count(), expected);
  await page.locator("#list tbody a").first().click();
  await page.waitForSelector("article.view:not([hidden])");
  await unharmed(page, faults);
  await close();
});

await test("a click on a mark shows both articles, and a click there the other place", async () => {
  const { page, faults, close } = await open(report);
  const left = articles.findIndex((row) => row.id === "capital-dispatch/marant-hask-call.txt");
  const right = articles.findIndex((row) => row.id === "orchard-standard/marant-hask-call.txt");
  const rows = csv(join(out, "overlaps.csv")).filter((row) => [row.a_id, row.b_id].sort().join() === [articles[left].id, articles[right].id].join());
  assert.ok(rows.length >= 3);
  await go(page, `pair-${left}-${right}`);
  const shared = (of, other) => csv(join(out, "sources.csv")).find((row) => row.id === articles[of].id && row.other_id === articles[other].id).full_words;
  assert.match(await page.locator("#pair .sum").textContent(), new RegExp(`^${shared(left, right)} words of the first .* ${shared(right, left)} of the second .*: ${rows.length} overlaps; both from a common source`));
  for (const side of [0, 1]) {
    const shown = await page.locator(".pane").nth(side).locator("mark").evaluateAll((marks) => new Set(marks.flatMap((mark) => mark.dataset.overlap.split(" "))).size);
    assert.equal(shown, rows.length);
  }
  const last = page.locator(".pane").first().locator("mark").last();
  const overlap = (await last.getAttribute("data-overlap")).split(" ")[0];
  await last.click();
  const twin = page.locator(".pane").nth(1).locator(`mark[data-overlap~="${overlap}"]`).first();
  await page.waitForTimeout(150);
  const [box, pane] = [await twin.boundingBox(), await page.locator(".pane").nth(1).boundingBox()];
  assert.ok(box.y >= pane.y && box.y < pane.y + pane.height, "the other place is not in sight");
  await go(page, `article-${right}`);
  const mark = page.locator(`#article-${right} a.run`).first();
  await mark.click();
  await page.waitForSelector("#pair:not([hidden]) mark.here");
  await unharmed(page, faults);
  await close();
});

await test("passages, quotations, statements, outlets and method say what the tables say", async () => {
  const { page, faults, close } = await open(report);
  const passages = csv(join(out, "passages.csv"));
  const occurrences = csv(join(out, "occurrences.csv"));
  const shown = await page.locator("#passages ol li").count();
  assert.equal(shown, passages.filter((row) => Number(row.articles) > 1).length);
  for (let at = 0; at < passages.length; at++) {
    await go(page, `passage-${at}`);
    const view = page.locator(`#passage-${at}`);
    const id = await view.locator(".meta code").textContent();
    const row = passages.find((row) => row.passage_id === id);
    assert.match(await view.locator("h2").textContent(), new RegExp(`^A passage of ${row.words} words in ${row.articles} article`));
    assert.equal(await view.locator("tbody tr").count(), occurrences.filter((row) => row.passage_id === id).length);
  }
  await go(page, "quotations");
  assert.equal(await page.locator("#quotations .altered ul a.js").count(), csv(join(out, "altered_quotes.csv")).length);
  const altered = page.locator("#quotations .altered li", { hasText: "Harbour Post" }).first();
  assert.match(await altered.textContent(), /These words: Harbour Post\s*These words: Capital Dispatch.*word for word: Amber Palace, .*, as underlined/s);
  const statements = new Map();
  for (const row of csv(join(out, "statements.csv"))) statements.set(row.statement_id, (statements.get(row.statement_id) || 0) + 1);
  assert.equal(await page.locator("#quotations ol.carried li").count(), statements.size);
  for (let at = 0; at < statements.size; at++) {
    await go(page, `statement-${at}`);
    const pieces = await page.locator(`#statement-${at} ol.statement li`).count();
    assert.equal(await page.locator(`#statement-${at} thead th`).count(), pieces + 1);
  }
  await go(page, "outlets");
  assert.equal(await page.locator("#outlets .network circle").count(), 12);
  assert.equal(await page.locator("#outlets table").first().locator("tbody tr").count(), csv(join(out, "outlets.csv")).length / 2);
  await page.locator('#outlets a[data-search="Tideway Herald"]').click();
  await page.waitForFunction(() => [...document.querySelectorAll("#list tbody tr")].every((row) => row.cells[4].textContent === "Tideway Herald"));
  await page.locator("#search").fill("");
  await go(page, "method");
  const run = JSON.parse(readFileSync(join(out, "run.json"), "utf8"));
  assert.match(await page.locator("#method").textContent(), new RegExp(`min_words\\s*${run.settings.min_words}`));
  await unharmed(page, faults);
  await close();
});

await test("any address leads somewhere, in any haste, and back leads to where one was", async () => {
  for (const address of ["#%E0%A4%A", "#pair-0", "#pair-0-99999", "#article-99999", "#nowhere", "#passage-0-p3"]) {
    const { page, faults, close } = await open(report + address, {}, "html.scripted .view:not([hidden])");
    await page.waitForFunction(() => document.querySelectorAll(".view:not([hidden])").length === 1);
    await unharmed(page, faults);
    await close();
  }
  const { page, faults, close } = await open(report);
  await page.evaluate(() => {
    for (const hash of ["pair-10-30", "article-3", "pair-10-30", "pair-30-10", "articles"]) location.hash = hash;
  });
  await page.waitForTimeout(300);
  assert.equal(await page.locator(".view:visible").count(), 1);
  assert.ok(await page.locator("#articles").isVisible() && await page.locator("#pair").count() === 0);
  await page.evaluate(() => scrollTo(0, 500));
  await page.waitForTimeout(100);
  await page.locator("#list tbody tr").nth(15).locator("a").click();
  await page.waitForSelector("article.view:not([hidden])");
  assert.equal(await page.evaluate(() => scrollY), 0);
  await page.goBack();
  await page.waitForSelector("#articles:not([hidden])");
  await page.waitForFunction(() => Math.abs(scrollY - 500) < 5);
  assert.match(await page.title(), /^Articles/);
  await unharmed(page, faults);
  await close();
});

await test("without scripts all articles can be read", async () => {
  const { page, faults, close } = await open(report, { javaScriptEnabled: false });
  assert.equal(await page.locator("article.view").count(), articles.length);
  assert.ok(await page.locator("article.view .text").first().isVisible());
  assert.ok(await page.locator("#passage-0").isVisible());
  assert.ok(!(await page.locator("#kinds").isVisible()));
  assert.deepEqual(faults, []);
  await close();
});

await test("nothing is wider than the page, on a telephone and on a desk", async () => {
  for (const width of [360, 1200]) {
    const { page, close } = await open(report, { viewport: { width, height: 800 } });
    for (const view of ["overview", "articles", "passages", "quotations", "outlets", "method", "article-10", "passage-0", "statement-0", "pair-10-30"]) {
      await go(page, view);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${view} at ${width}: ${wide} too wide`);
    }
    await close();
  }
});

await test("roles and contrast, light and dark", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const { page, close } = await open(report, { colorScheme });
    await page.evaluate(axe);
    for (const view of ["overview", "articles", "passages", "quotations", "outlets", "method", "article-10", "article-22", "passage-0", "statement-0", "pair-10-30"]) {
      await go(page, view);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      const told = violations.map((v) => `${v.id}: ${v.nodes.length} × ${v.help}; ${v.nodes[0].html.slice(0, 200)} ${v.nodes[0].failureSummary}`);
      assert.deepEqual(told, [], `${view}, ${colorScheme}`);
    }
    await close();
  }
});

await test("the keyboard reaches everything", async () => {
  const { page, faults, close } = await open(report);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "overview-name");
  await page.locator('nav a[href="#articles"]').focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector("#articles:not([hidden])");
  assert.equal(await page.evaluate(() => document.activeElement.id), "articles-name");
  await go(page, "pair-10-30");
  await page.locator(".pane mark").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector(".pane mark.here");
  await unharmed(page, faults);
  await close();
});

await test("hostile articles stay text, in every view", async () => {
  const input = join(folder, "hostile.jsonl");
  writeFileSync(input, hostileArticles());
  const out = scan(input, "hostile");
  const rows = csv(join(out, "articles.csv"));
  const { page, faults, close } = await open(join(out, "report.html"));
  assert.equal(await page.locator("article.view").count(), 0, "so many are in blocks");
  for (const view of ["overview", "articles", "passages", "quotations", "outlets", "method"]) await go(page, view);
  for (let at = 0; at < rows.length; at++) {
    await go(page, `article-${at}`);
    const links = await page.locator(`#article-${at} a[target]`).evaluateAll((links) => links.map((link) => link.protocol));
    assert.ok(links.every((protocol) => /^https?:$/.test(protocol)), String(links));
  }
  const passages = csv(join(out, "passages.csv")).length;
  assert.ok(passages >= 100);
  for (let at = 0; at < Math.min(passages, 120); at++) await go(page, `passage-${at}`);
  await go(page, "article-0");
  const pair = await page.locator('#article-0 a[href^="#pair"]').first().getAttribute("href");
  await go(page, pair.slice(1));
  for (const mark of await page.locator(".pane mark").all()) await mark.click();
  await page.mouse.click(600, 450);
  await unharmed(page, faults);
  await close();
});

await test("few hostile articles stay text where all is on the page itself, and checked ones too", async () => {
  const lines = hostileArticles().split("\n");
  const [few, fresh] = [join(folder, "few.jsonl"), join(folder, "fresh.jsonl")];
  writeFileSync(few, lines.slice(0, 60).join("\n"));
  writeFileSync(fresh, lines.slice(60, 70).join("\n").replaceAll('"id":"', '"id":"new '));
  const checked = join(folder, "checked.html");
  execFileSync(binary, ["check", fresh, "--corpus", join(folder, "hostile.jsonl"), "-q", "--exit-zero", "--format", `html=${checked}`]);
  for (const report of [join(scan(few, "few"), "report.html"), checked]) {
    const { page, faults, close } = await open(report);
    assert.ok(await page.locator("article.view").count() > 0);
    const hashes = await page.evaluate(() => [...document.querySelectorAll(".view")].map((view) => view.id));
    for (const hash of hashes) await go(page, hash);
    const links = await page.evaluate(() => [...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute("href"))
      .filter((href) => /^#(article|passage|statement)-\d+$/.test(href) && !document.getElementById(href.slice(1))));
    assert.deepEqual(links, [], "links that lead nowhere");
    await unharmed(page, faults);
    await close();
  }
});

await test("a redacted page has no text of an article", async () => {
  const redacted = scan(corpus, "redacted", "--redact");
  const { page, faults, close } = await open(join(redacted, "report.html"));
  for (let at = 0; at < articles.length; at++) {
    await go(page, `article-${at}`);
    assert.match(await page.locator(`#article-${at} .text`).textContent(), /left out/);
  }
  const said = readFileSync(join(redacted, "report.html"), "utf8");
  for (const row of csv(join(out, "overlaps.csv"))) assert.ok(!said.includes(row.a_text.slice(0, 40)), row.a_text);
  await unharmed(page, faults);
  await close();
});

await browser.close();
rmSync(folder, { recursive: true });
console.log(failed ? `failed: ${failed}` : "all held");
process.exit(failed ? 1 : 0);
