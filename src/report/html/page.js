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
  const KINDS = ["unique", "quotation", "credited", "boilerplate", "self", "unattributed", "set phrase"];
  const count = (number) => number.toLocaleString("en");
  const bdi = (text) => make("bdi", {}, text);
  const percent = (share) => {
    const value = 100 * share;
    return value > 0 && value < 0.95 ? value.toFixed(1) + " %" : value.toFixed(0) + " %";
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
  const recount = (view) => {
    const words = [0, 0, 0, 0, 0, 0];
    for (const row of view.querySelectorAll(".figures tr[data-kind]")) {
      words[row.dataset.kind] = Number((row.dataset.words ??= row.querySelector(".words").textContent.replaceAll(",", "")));
    }
    const hiddenWords = new Map();
    for (const run of view.querySelectorAll(".run")) {
      const kind = Number(run.dataset.kind);
      const hidden = off.has(kind) || Number(run.dataset.words) < least || (!excused && "excused" in run.dataset);
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
  byId("least").addEventListener("change", (event) => {
    least = parseInt(event.target.value, 10);
    recountAll();
  });

  // The list of articles: [number, id, name, outlet, time, start, words, words by kind …].
  let sorted = ["own", 1];
  let length = 200;
  const own = (row) => row[8] ?? row[7][0] / Math.max(1, row[6]);
  const unique = (row) => {
    let words = row[7][0];
    for (const kind of off) words += row[7][kind];
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
      if (row[0] >= page.detailed || own(row) > most + 1e-9) return false;
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
      return make("tr", {}, cell(percent(own(row))), cell(percent(unique(row))),
        make("td", {}, make("a", { href: "#article-" + row[0] }, bdi(row[2]))),
        make("td", {}, bdi(row[3])), make("td", { class: "t" }, bdi(row[4])), ...[row[6], ...row[7].slice(1, 6)].map((words) => cell(count(words))));
    }));
    byId("shown").textContent = `${count(Math.min(length, rows.length))} of ${count(rows.length)} shown`;
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
  const load = async (kind, number) => {
    const id = `${kind}-${number}`;
    const there = byId(id);
    if (there) return there;
    const loaded = await record(LOADED[kind], number);
    if (!loaded) return null;
    // Escaped where it was made; scripts in it would not run, and the policy of the page forbids them.
    const holder = document.createElement("template");
    holder.innerHTML = kind === "article" ? loaded[0] : loaded;
    const rows = await catalog();
    for (const cell of holder.content.querySelectorAll("[data-named]")) cell.append(...named(rows[cell.dataset.named]));
    main.append(holder.content);
    return byId(id);
  };
  const named = (row) => [
    row[0] < page.detailed ? make("a", { href: "#article-" + row[0] }, bdi(row[2])) : bdi(row[2]),
    make("br"), make("small", {}, bdi(row[3]), " ", bdi(row[4])),
  ];
  const told = (row) => [row[3], row[4], row[2]].filter(Boolean).join(", ");

  // Two articles side by side.
  const paragraphs = async (number) => {
    const view = await load("article", number);
    return view ? [...view.querySelectorAll(".text > p")].map((p) => p.textContent) : [];
  };
  const pane = async (number, overlaps, row) => {
    const marks = (await paragraphs(number)).map(() => []);
    overlaps.forEach((overlap, at) => {
      for (const [paragraph, start, end, same] of overlap.pieces) {
        marks[paragraph]?.push({ start, end, same, overlap, at: at + 1 });
      }
    });
    const texts = await paragraphs(number);
    const body = texts.map((text, at) => {
      const p = make("p", { dir: "auto" });
      let end = 0;
      for (const piece of marks[at].sort((x, y) => x.start - y.start || y.end - x.end)) {
        const start = Math.max(piece.start, end);
        if (start >= piece.end) continue;
        p.append(text.slice(end, start));
        const attributes = { class: `k${piece.overlap.kind}${piece.same ? "" : " differs"}`, "data-overlap": piece.overlap.number, tabindex: "0", role: "link" };
        const mark = make("mark", attributes, text.slice(start, piece.end));
        mark.title = `overlap ${piece.at}: ${piece.same ? "in both" : "only here"}`;
        if (piece === piece.overlap.shown || !piece.overlap.numbered) {
          mark.prepend(make("sup", {}, String(piece.at)));
          piece.overlap.numbered = true;
        }
        p.append(mark);
        end = piece.end;
      }
      p.append(text.slice(end));
      return p;
    });
    const label = `The text of ${told(row)}`;
    return make("div", { class: "pane text", tabindex: "0", role: "region", "aria-label": label }, ...body);
  };
  const pair = async (x, y, wanted) => {
    byId("pair")?.remove();
    const rows = await catalog();
    const [recordX, recordY] = [await record("a", x), await record("a", y)];
    const shape = (record) => record[1].map(([number, other, kind, words, first, passage, pieces]) => ({ number, other, kind, words, first, passage, pieces }));
    const ofX = shape(recordX).filter((o) => o.other === y);
    const ofY = shape(recordY).filter((o) => o.other === x);
    const left = x === y ? ofX.filter((_, at) => at % 2 === 0) : ofX;
    const right = x === y ? ofY.filter((_, at) => at % 2 === 1) : ofY;
    // The same numbers on both sides: in the order of the left.
    left.sort((a, b) => a.pieces[0][0] - b.pieces[0][0] || a.pieces[0][1] - b.pieces[0][1]);
    const place = new Map(left.map((o, at) => [o.number, at]));
    right.sort((a, b) => place.get(a.number) - place.get(b.number));
    const words = left.reduce((sum, o) => sum + o.words, 0);
    const outlet = (number) => rows[number][3] || rows[number][2];
    const names = ["who was first is not established", `first with ${outlet(x)}`, `first with ${outlet(y)}`, "from a common source"];
    const firsts = x === y ? [] : names.map((name, first) =>
      [name, left.filter((o) => o.first === first).reduce((sum, o) => sum + o.words, 0)]).filter(([, n]) => n);
    firsts.sort((a, b) => b[1] - a[1]);
    const direction = firsts.map(([name, n]) => (firsts.length > 1 ? `${count(n)} words ${name}` : name)).join(", ");
    const panes = [await pane(x, left, rows[x]), await pane(y, right, rows[y])];
    const head = (number) => make("div", {}, make("h3", {}, make("a", { href: "#article-" + number }, bdi(rows[number][2]))),
      make("p", { class: "meta" }, bdi(rows[number][3] || "no outlet"), " · ", bdi(rows[number][4] || "no date"), ` · ${count(rows[number][6])} words`));
    const synchronised = make("input", { type: "checkbox", checked: "" });
    const view = make("section", { class: "view", id: "pair", "aria-labelledby": "pair-name" },
      make("p", { class: "crumb" }, make("a", { href: "#article-" + x }, "Back to the article")),
      make("h2", { id: "pair-name", tabindex: "-1" }, "Side by side"),
      make("p", {}, `${count(words)} equal words in ${left.length} ${left.length === 1 ? "overlap" : "overlaps"}${direction ? ": " : ""}`, bdi(direction), "."),
      make("ol", { class: "carried" }, ...left.map((o) => {
        const item = make("li", {}, make("span", { class: "key f" + o.kind }), ` ${KINDS[o.kind]}, ${count(o.words)} words`);
        if (o.passage >= 0) item.append(" · ", make("a", { href: "#passage-" + o.passage }, "who else has it"));
        return item;
      })),
      make("p", {}, make("label", {}, synchronised, " scroll together")),
      make("div", { class: "panes" }, make("div", {}, head(x), panes[0]), make("div", {}, head(y), panes[1])));
    main.append(view);
    const goTo = (number, from) => {
      for (const mark of view.querySelectorAll("mark")) mark.classList.toggle("here", mark.dataset.overlap === String(number));
      panes.forEach((other) => {
        if (other === from) return;
        const mark = other.querySelector(`mark[data-overlap="${number}"]`);
        if (mark) other.scrollTop = mark.offsetTop - other.clientHeight / 3;
      });
    };
    let held = false;
    panes.forEach((one, at) => {
      const follow = (mark) => { held = true; goTo(mark.dataset.overlap, one); setTimeout(() => { held = false; }, 100); };
      one.addEventListener("click", (event) => { const mark = event.target.closest("mark"); if (mark) follow(mark); });
      one.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.target.closest("mark")) follow(event.target.closest("mark"));
      });
      one.addEventListener("scroll", () => {
        if (held || !synchronised.checked) return;
        const middle = one.scrollTop + one.clientHeight / 3;
        let nearest = null;
        for (const mark of one.querySelectorAll("mark")) {
          if (!nearest || Math.abs(mark.offsetTop - middle) < Math.abs(nearest.offsetTop - middle)) nearest = mark;
        }
        const other = panes[1 - at];
        const twin = nearest && other.querySelector(`mark[data-overlap="${nearest.dataset.overlap}"]`);
        if (!twin) return;
        held = true;
        other.scrollTop = twin.offsetTop + (one.scrollTop - nearest.offsetTop);
        setTimeout(() => { held = false; }, 60);
      });
    });
    return [view, () => { if (wanted !== undefined) goTo(wanted, null); else if (left[0]) goTo(left[0].number, null); }];
  };

  const show = async () => {
    const hash = decodeURIComponent(location.hash.slice(1)) || "overview";
    let view = null;
    let then = null;
    let target = null;
    const parts = /^(article|passage|statement|pair)-(\d+)(?:-(\d+))?(?:-(p?\d+))?$/.exec(hash) ||
      /^(article)-(\d+)()-(p\d+)$/.exec(hash);
    if (parts && parts[1] === "pair") {
      [view, then] = await pair(Number(parts[2]), Number(parts[3]), parts[4]);
    } else if (parts) {
      view = await load(parts[1], Number(parts[2]));
      target = parts[4] && byId(hash);
      if (view && parts[1] === "article") recount(view);
    } else {
      view = byId(hash)?.closest(".view");
    }
    view ||= byId("overview");
    for (const other of document.querySelectorAll(".view")) other.hidden = other !== view;
    for (const link of document.querySelectorAll("nav a")) {
      const current = link.getAttribute("href") === "#" + view.id;
      current ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
    }
    if (target) target.scrollIntoView();
    else {
      scrollTo(0, 0);
      if (location.hash) view.querySelector("h2")?.focus({ preventScroll: true });
    }
    if (then) then();
  };
  addEventListener("hashchange", show);

  const theme = byId("theme");
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const name = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; name(); });
  name();
  show();
  list();
})();
