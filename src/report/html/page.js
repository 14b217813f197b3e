"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  const byId = (id) => document.getElementById(id);
  const page = JSON.parse(byId("blocks").textContent);

  const make = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
  const draw = (name, attributes, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
  const fill = (element, attributes, children) => {
    for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const count = (number) => number.toLocaleString("en");
  const bdi = (text) => make("bdi", {}, text);
  // As the tables of the page round: halves up, and what is next to nothing or all is not told as that.
  const percent = (share) => {
    const value = 100 * share;
    if (value > 0 && value < 0.95) return Math.max(Math.floor(value * 10 + 0.5) / 10, 0.1).toFixed(1) + " %";
    if (value > 99.05 && value < 100) return Math.min(Math.floor(value * 10) / 10, 99.9).toFixed(1) + " %";
    return Math.floor(value + 0.5) + " %";
  };

  // Blocks: base64 of gzip of JSON, opened when somebody asks for what is in them.
  const opened = new Map();
  const block = (name) => {
    if (!opened.has(name)) opened.set(name, open(byId("block-" + name)));
    return opened.get(name);
  };
  const open = async (element) => {
    if (!element) return [];
    const bytes = Uint8Array.from(atob(element.textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };
  const record = async (of, number) => (await block(of + Math.floor(number / page.per)))[number % page.per];
  const catalog = () => block("catalog");

  // What counts as reused: figures and marks follow the switches.
  const off = new Set();
  let least = 1;
  let excused = true;
  const isOff = (kind, inARow, isExcused) => off.has(kind) || inARow < least || (!excused && isExcused);
  const recount = (view) => {
    const words = [0, 0, 0, 0, 0, 0];
    for (const row of view.querySelectorAll(".figures tr[data-kind]")) {
      words[row.dataset.kind] = Number((row.dataset.words ??= row.querySelector(".words").textContent.replaceAll(",", "")));
    }
    const hiddenWords = new Map();
    for (const run of view.querySelectorAll(".run")) {
      const kind = Number(run.dataset.kind);
      const hidden = isOff(kind, Number(run.dataset.row || run.dataset.words), "excused" in run.dataset);
      run.classList.toggle("off", hidden);
      if (hidden && kind < 6) hiddenWords.set(kind, (hiddenWords.get(kind) || 0) + Number(run.dataset.words));
    }
    for (let kind = 1; kind < 6; kind++) {
      const moved = page.redacted ? (off.has(kind) ? words[kind] : 0) : Math.min(words[kind], hiddenWords.get(kind) || 0);
      words[kind] -= moved;
      words[0] += moved;
    }
    const all = Math.max(1, words.reduce((sum, n) => sum + n, 0));
    let x = 0;
    for (let kind = 0; kind < 6; kind++) {
      const row = view.querySelector(`.figures tr[data-kind="${kind}"]`);
      if (!row) continue;
      row.querySelector(".words").textContent = count(words[kind]);
      row.querySelector(".share").textContent = percent(words[kind] / all);
      const rect = view.querySelector(`.bar rect[data-kind="${kind}"]`);
      rect.setAttribute("x", x);
      rect.setAttribute("width", (100 * words[kind]) / all);
      x += (100 * words[kind]) / all;
    }
    const own = view.querySelector(".own");
    if (own) own.textContent = percent(words[0] / all);
    const seen = view.querySelector(".seen");
    const switched = off.size > 0 || least > 1 || !excused;
    if (seen) seen.hidden = switched;
    const told = view.querySelector(".own-told");
    if (told) told.textContent = switched ? "do not count as reused, as the switches stand" : "are in no other article";
    strip(view);
  };
  // Paragraphs side by side: how much of each counts as reused, and of which kind most of that is.
  const strip = (view) => {
    if (page.redacted) return;
    const blocks = [];
    let x = 0;
    [...view.querySelectorAll(".text > p")].forEach((paragraph, at) => {
      const length = Number(paragraph.dataset.words);
      const words = [0, 0, 0, 0, 0, 0, 0];
      for (const run of paragraph.querySelectorAll(".run:not(.off)")) words[run.dataset.kind] += Number(run.dataset.words);
      const reused = words.slice(1, 6).reduce((sum, n) => sum + n, 0);
      const high = (24 * reused) / Math.max(1, length);
      const rect = (kind, y, height) => draw("rect", { class: "f" + kind, x, y, width: length, height });
      const told = `Paragraph ${at + 1}: ${length} words, ${percent(1 - reused / Math.max(1, length))} unique`;
      const link = draw("a", { href: "#" + paragraph.id }, draw("title", {}, told), rect(0, 0, 24));
      if (reused) link.append(rect(words.indexOf(Math.max(...words.slice(1, 6)), 1), 24 - high, high));
      blocks.push(link);
      x += length;
    });
    view.querySelector(".strip").replaceChildren(...blocks);
  };
  const recountAll = () => {
    for (const view of document.querySelectorAll("article.view")) recount(view);
    for (const mark of document.querySelectorAll("#pair mark")) {
      mark.classList.toggle("off", isOff(Number(mark.dataset.kind), Number(mark.dataset.words), false));
    }
    list();
  };
  for (const box of document.querySelectorAll("#kinds input[data-kind]")) {
    box.addEventListener("change", () => {
      const kind = Number(box.dataset.kind);
      box.checked ? off.delete(kind) : off.add(kind);
      recountAll();
    });
  }
  byId("excused")?.addEventListener("change", (event) => {
    excused = event.target.checked;
    recountAll();
  });
  if (page.redacted) byId("least").parentElement.hidden = true; // without marks there is nothing to count
  byId("least").addEventListener("change", (event) => {
    least = parseInt(event.target.value, 10);
    recountAll();
  });

  // The list of articles: number, id, name, outlet, time, start, words, words by kind, share of the words that no earlier
  // article has, and what is not unique: [kind, words in a row, whether excused, words].
  let sorted = ["own", 1];
  let length = 200;
  const own = (row) => row[8] ?? row[7][0] / Math.max(1, row[6]);
  const unique = (row) => {
    let words = row[7][0];
    for (const [kind, inARow, isExcused, some] of row[9]) if (kind < 6 && isOff(kind, inARow, isExcused)) words += some;
    return words / Math.max(1, row[6]);
  };
  const keys = {
    own: (row) => (row[6] ? own(row) : 2), unique, name: (row) => row[2].toLowerCase(), outlet: (row) => row[3].toLowerCase(),
    time: (row) => row[5] ?? Infinity, words: (row) => row[6],
  };
  const list = async () => {
    const asked = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const most = Number(byId("most").value) / 100;
    const rows = (await catalog()).filter((row) => {
      if (row[0] >= page.listed || own(row) > most + 1e-9) return false;
      const text = (row[1] + " " + row[2] + " " + row[3] + " " + row[4]).toLowerCase();
      return asked.every((word) => text.includes(word));
    });
    const key = keys[sorted[0]] || ((row) => row[7][sorted[0]]);
    rows.sort((x, y) => {
      const [a, b] = [key(x), key(y)];
      return (a < b ? -1 : a > b ? 1 : 0) * sorted[1] || y[6] - x[6] || x[0] - y[0];
    });
    const body = byId("list").tBodies[0];
    body.replaceChildren(...rows.slice(0, length).map((row) => {
      const cell = (text) => make("td", { class: "n" }, String(text));
      return make("tr", {}, cell(percent(own(row))), cell(percent(unique(row))), cell(count(row[7][5])),
        make("td", {}, make("a", { href: "#article-" + row[0] }, bdi(row[2]))),
        make("td", {}, bdi(row[3])), make("td", { class: "t" }, bdi(row[4])), ...[row[6], ...row[7].slice(1, 5)].map((words) => cell(count(words))));
    }));
    byId("shown").textContent = `${count(Math.min(length, rows.length))} of ${count(page.listed)} articles shown`;
    const more = byId("more-rows");
    if (more) {
      more.hidden = rows.length <= length;
      more.firstChild.textContent = `${count(rows.length - length)} more articles. `;
    }
  };
  byId("search").addEventListener("input", list);
  byId("most").addEventListener("input", (event) => {
    byId("most-told").textContent = event.target.value + " %";
    list();
  });
  byId("more")?.addEventListener("click", () => { length += 500; list(); });
  for (const button of document.querySelectorAll("#list th button")) {
    button.addEventListener("click", () => {
      const by = button.dataset.sort;
      sorted = [by, sorted[0] === by ? -sorted[1] : ["own", "unique", "name", "outlet", "time"].includes(by) ? 1 : -1];
      for (const th of document.querySelectorAll("#list th")) th.removeAttribute("aria-sort");
      button.closest("th").setAttribute("aria-sort", sorted[1] > 0 ? "ascending" : "descending");
      list();
    });
  }

  // Views are told by what stands behind the # of the address.
  const main = byId("main");
  const LOADED = { article: "a", passage: "p", statement: "s" };
  const named = (row) => [
    row[0] < page.detailed ? make("a", { href: "#article-" + row[0] }, bdi(row[2])) : bdi(row[2]),
    make("br"), make("small", {}, bdi(row[3]), " ", make("bdi", { class: "t" }, row[4])),
  ];
  const loading = new Map();
  const load = (kind, number) => {
    const id = `${kind}-${number}`;
    if (!loading.has(id)) loading.set(id, fetchView(kind, number, id));
    return loading.get(id);
  };
  const fetchView = async (kind, number, id) => {
    const there = byId(id);
    if (there) return there;
    const loaded = await record(LOADED[kind], number);
    if (!loaded) return null;
    // Escaped where it was made; scripts in it would not run, and the policy of the page forbids them.
    const holder = document.createElement("template");
    holder.innerHTML = kind === "article" ? loaded[0] : loaded;
    const rows = await catalog();
    for (const cell of holder.content.querySelectorAll("[data-named]")) cell.append(...named(rows[cell.dataset.named]));
    holder.content.firstElementChild.hidden = true;
    main.append(holder.content);
    return byId(id);
  };

  // Two articles side by side.

  /** Overlaps of an article with another, as its record has them. */
  const overlapsWith = (record, other) => record[1].filter((overlap) => overlap[1] === other)
    .map(([number, , kind, words, first, basis, passage, pieces]) => ({ number, kind, words, first, basis, passage, pieces }));

  /** Stretches of a paragraph between the borders of pieces, each with the pieces that cover it. */
  const stretches = (length, pieces) => {
    const borders = [...new Set([0, length, ...pieces.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
    return borders.slice(1).map((end, at) => {
      const start = borders[at];
      return { start, end, over: pieces.filter((piece) => piece.start <= start && piece.end >= end) };
    });
  };

  /** The text of an article, what it shares with the other marked. `overlaps` are numbered in their order. */
  const pane = async (number, overlaps, row) => {
    const view = await load("article", number);
    const texts = view ? [...view.querySelectorAll(".text > p")].map((p) => p.textContent) : [];
    const pieces = texts.map(() => []);
    overlaps.forEach((overlap, at) => {
      for (const [paragraph, start, end, same] of overlap.pieces) pieces[paragraph]?.push({ start, end, same, overlap, at: at + 1 });
    });
    const numbered = new Set();
    const body = texts.map((text, paragraph) => {
      const p = make("p", { dir: "auto" });
      for (const { start, end, over } of stretches(text.length, pieces[paragraph])) {
        if (!over.length) {
          p.append(text.slice(start, end));
          continue;
        }
        const top = over.find((piece) => piece.same) || over[0];
        const { kind, words } = top.overlap;
        const fresh = over.filter((piece) => !numbered.has(piece.at));
        fresh.forEach((piece) => numbered.add(piece.at));
        const mark = make("mark", {
          class: `k${kind}${top.same ? "" : " differs"}`, role: "button", tabindex: fresh.length ? "0" : "-1",
          "data-overlap": over.map((piece) => piece.overlap.number).join(" "), "data-kind": kind, "data-words": words,
          title: `overlap ${over.map((piece) => piece.at).join(", ")}: ${top.same ? "in both" : "only here"}`,
        }, text.slice(start, end));
        if (fresh.length) mark.prepend(make("sup", {}, fresh.map((piece) => piece.at).join(",")));
        p.append(mark);
      }
      return p;
    });
    const label = "The text of " + [row[3], row[4], row[2]].filter(Boolean).join(", ");
    return make("div", { class: "pane text", tabindex: "0", role: "region", "aria-label": label }, ...body);
  };

  /** How many words two articles share, and who was first with them. */
  const sentence = (x, y, left, records, rows) => {
    const outlet = (number) => rows[number][3] || rows[number][2];
    const names = ["who was first is not established", `first with ${outlet(x)}`, `first with ${outlet(y)}`, "both from a common source"];
    const firsts = names.map((name, first) => [name, left.filter((overlap) => overlap.first === first)]);
    const told = firsts.filter(([, some]) => x !== y && some.length).map(([name, some]) => {
      const bases = [...new Set(some.map((overlap) => overlap.basis).filter(Boolean))].join(", ");
      return `${name}${bases ? ` (by ${bases})` : ""}${some.length < left.length ? `: ${some.length}` : ""}`;
    });
    const full = (record, other) => record[2].find(([source]) => source === other)?.[1];
    const [ofX, ofY] = [full(records[0], y), full(records[1], x)];
    const words = x !== y && ofX !== undefined && ofY !== undefined
      ? `${count(ofX)} words of the first stand in the second, ${count(ofY)} of the second in the first`
      : "Words that stand in both are marked";
    return `${words}: ${left.length} ${left.length === 1 ? "overlap" : "overlaps"}${told.length ? "; " + told.join(", ") : ""}.`;
  };

  const marksOf = (side, overlap) => side.querySelectorAll(`mark[data-overlap~="${overlap}"]`);

  /** Makes panes follow one another: a click on a mark, and scrolling. Returns what shows an overlap. */
  const follow = (view, panes, synchronised) => {
    let held = false;
    const hold = (milliseconds) => { held = true; setTimeout(() => { held = false; }, milliseconds); };
    const goTo = (overlap, from) => {
      hold(100);
      for (const mark of view.querySelectorAll("mark.here")) mark.classList.remove("here");
      for (const mark of marksOf(view, overlap)) mark.classList.add("here");
      for (const other of panes) {
        const mark = other !== from && marksOf(other, overlap)[0];
        if (mark) other.scrollTop = mark.offsetTop - other.clientHeight / 3;
      }
    };
    panes.forEach((one, at) => {
      const other = panes[1 - at];
      const chosen = (event) => event.target.closest("mark")?.dataset.overlap.split(" ")[0];
      one.addEventListener("click", (event) => { const overlap = chosen(event); if (overlap) goTo(overlap, one); });
      one.addEventListener("keydown", (event) => {
        const overlap = ["Enter", " "].includes(event.key) && chosen(event);
        if (!overlap) return;
        event.preventDefault();
        goTo(overlap, one);
        marksOf(other, overlap)[0]?.focus({ preventScroll: true });
      });
      one.addEventListener("scroll", () => {
        if (held || !synchronised.checked) return;
        const middle = one.scrollTop + one.clientHeight / 3;
        let nearest = null;
        for (const mark of one.querySelectorAll("mark")) {
          if (!nearest || Math.abs(mark.offsetTop - middle) < Math.abs(nearest.offsetTop - middle)) nearest = mark;
        }
        const twin = nearest && marksOf(other, nearest.dataset.overlap.split(" ")[0])[0];
        if (!twin) return;
        hold(60);
        other.scrollTop = twin.offsetTop + (one.scrollTop - nearest.offsetTop);
      });
    });
    return goTo;
  };

  /** The view of a pair, not yet on the page, and what shows an overlap of it. */
  const pair = async (x, y) => {
    const rows = await catalog();
    const records = [await record("a", x), await record("a", y)];
    let [left, right] = [overlapsWith(records[0], y), overlapsWith(records[1], x)];
    // Of an article with itself, both sides of each overlap stand in its record.
    if (x === y) [left, right] = [left.filter((_, at) => at % 2 === 0), right.filter((_, at) => at % 2 === 1)];
    // The same numbers on both sides: in the order of the left.
    left.sort((a, b) => a.pieces[0][0] - b.pieces[0][0] || a.pieces[0][1] - b.pieces[0][1]);
    const place = new Map(left.map((overlap, at) => [overlap.number, at]));
    right.sort((a, b) => place.get(a.number) - place.get(b.number));
    const panes = [await pane(x, left, rows[x]), await pane(y, right, rows[y])];
    const head = (number) => make("div", {}, make("h3", {}, make("a", { href: "#article-" + number }, bdi(rows[number][2]))),
      make("p", { class: "meta" }, bdi(rows[number][3] || "no outlet"), " · ", bdi(rows[number][4] || "no date"), ` · ${count(rows[number][6])} words`));
    const synchronised = make("input", { type: "checkbox", checked: "" });
    const item = (overlap) => {
      const words = `${count(overlap.words)} ${overlap.words === 1 ? "word" : "words"}`;
      const item = make("li", {}, make("span", { class: "key f" + overlap.kind }), ` ${page.kinds[overlap.kind]}, `,
        make("button", { type: "button", class: "show", "data-overlap": overlap.number }, words));
      if (overlap.passage >= 0) item.append(" · ", make("a", { href: "#passage-" + overlap.passage }, "who else has it"));
      return item;
    };
    const view = make("section", { class: "view", id: "pair", "aria-labelledby": "pair-name" },
      make("p", { class: "crumb" }, make("a", { href: "#article-" + x }, "Back to the article")),
      make("h2", { id: "pair-name", tabindex: "-1" }, "Side by side"),
      make("p", { class: "sum" }, bdi(sentence(x, y, left, records, rows))),
      make("ol", { class: "carried" }, ...left.map(item)),
      make("p", {}, make("label", {}, synchronised, " scroll together")),
      make("div", { class: "panes" }, make("div", {}, head(x), panes[0]), make("div", {}, head(y), panes[1])));
    const goTo = follow(view, panes, synchronised);
    view.querySelector("ol").addEventListener("click", (event) => {
      const overlap = event.target.closest("button")?.dataset.overlap;
      if (!overlap) return;
      goTo(overlap, null);
      view.querySelector(".panes").scrollIntoView({ block: "nearest" });
    });
    return [view, (wanted) => {
      const first = wanted ?? left[0]?.number;
      if (first !== undefined) goTo(first, null);
      if (wanted !== undefined) view.querySelector(".panes").scrollIntoView({ block: "nearest" });
    }];
  };

  /** The view that an address names, and what to do once it is shown; nothing where it names none. */
  const viewOf = async (hash) => {
    const [, kind, first, second, third] = /^(article|passage|statement|pair)-(\d+)(?:-(\d+))?(?:-(p?\d+))?$/.exec(hash) || [];
    if (kind === "pair") {
      const [x, y] = [Number(first), Number(second)];
      return second !== undefined && x < page.detailed && y < page.detailed && !page.redacted ? pair(x, y).then(([view, goTo]) => [view, () => goTo(third)]) : [];
    }
    if (kind) {
      const view = await load(kind, Number(first));
      return [view, () => third && byId(hash)?.scrollIntoView()];
    }
    return [byId(hash)?.closest(".view")];
  };

  let shown = null; // the address that is shown
  let last = 0; // the latest call of `show`
  const places = new Map(); // how far addresses were scrolled
  const show = async () => {
    const ticket = ++last;
    let hash = location.hash.slice(1) || "overview";
    if (hash === "main") return; // the link over the navigation
    let found = [];
    try {
      hash = decodeURIComponent(hash);
      found = await viewOf(hash);
    } catch (error) {
      found = []; // no address of ours
    }
    if (ticket !== last) return; // somebody went on meanwhile
    const view = found[0] || byId("overview");
    for (const old of document.querySelectorAll("#pair")) if (old !== view) old.remove();
    if (view.id === "pair") main.append(view);
    for (const other of document.querySelectorAll(".view")) other.hidden = other !== view;
    if (view.matches("article.view")) recount(view);
    if (view.id === "pair") recountAll();
    for (const link of document.querySelectorAll("nav a")) {
      const current = link.getAttribute("href") === "#" + view.id;
      current ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
    }
    byId("kinds").hidden = !(view.id === "articles" || view.id === "pair" || view.matches("article.view"));
    const name = view.querySelector("h2");
    document.title = `${name.textContent} · wirecopy`;
    const moved = shown !== null;
    shown = location.hash;
    scrollTo(0, places.get(shown) ?? 0);
    if (moved) name.focus({ preventScroll: true });
    found[1]?.();
  };
  addEventListener("scroll", () => { if (shown === location.hash) places.set(shown, scrollY); }, { passive: true });
  addEventListener("click", (event) => {
    // A link leads to the start of what it names; only going back leads to where one was.
    const link = event.target.closest?.('a[href^="#"]');
    if (!link) return;
    places.delete(link.getAttribute("href"));
    if (link.dataset.search !== undefined) {
      byId("search").value = link.dataset.search;
      list();
    }
  });
  addEventListener("hashchange", show);
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector(".view:not([hidden]) h2").focus();
  });

  const theme = byId("theme");
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const nameTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; nameTheme(); });
  nameTheme();
  show();
  list();
})();
