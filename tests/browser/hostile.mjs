// Articles whose titles, outlets, ids, addresses and texts try to become something else than text.

const RUN = "window.__ran=(window.__ran||0)+1";
const PATTERNS = [
  `<script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `<svg onload="${RUN}">`,
  `<svg><script>${RUN}</script></svg>`,
  `"><img src=x onerror=${RUN}>`,
  `' onmouseover='${RUN}' x='`,
  `" autofocus onfocus="${RUN}" tabindex="1`,
  `javascript:${RUN}`,
  `<a href="javascript:${RUN}">click</a>`,
  `<iframe src="https://example.invalid/">`,
  `<iframe srcdoc="<script>parent.__ran=1</script>">`,
  `<style>@import url(https://example.invalid/x.css);</style>`,
  `<link rel=stylesheet href=https://example.invalid/x.css>`,
  `<meta http-equiv=refresh content="0;url=https://example.invalid/">`,
  `<base href=https://example.invalid/>`,
  `<form action=https://example.invalid/><input autofocus onfocus=${RUN}>`,
  `<object data=https://example.invalid/x></object>`,
  `<embed src=https://example.invalid/x>`,
  `<video><source onerror=${RUN}></video>`,
  `<details open ontoggle=${RUN}>`,
  `<math><mi//xlink:href="data:x,<script>${RUN}</script>">`,
  `<!--><script>${RUN}</script>-->`,
  `<![CDATA[<script>${RUN}</script>]]>`,
  `{{ 7*7 }}{% include "x" %}\${${RUN}}`,
  `]]></style></textarea></title><script>${RUN}</script>`,
  `\u2028${RUN}\u2029//`,
  `\u202e<script>${RUN}</script>`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  `&#60;script&#62;${RUN}&#60;/script&#62;`,
  `\u0000<script\u0000>${RUN}</script>`,
  `<scr\u0000ipt>${RUN}</scr\u0000ipt>`,
  `＜script＞${RUN}＜/script＞`,
  `<template><script>${RUN}</script></template>`,
  `<slot onslotchange=${RUN}></slot>`,
  `<x onclick=${RUN} onpointerenter=${RUN}>here</x>`,
  `<input type=image src=https://example.invalid/x.png onerror=${RUN}>`,
  `<audio src=https://example.invalid/x onerror=${RUN} autoplay>`,
  `</section></main><script>${RUN}</script>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
];
const URLS = ["javascript:", "JaVaScRiPt:", " javascript:", "java\tscript:", "data:text/html,", "vbscript:", "file:///", "https://x\" onclick=\"", "//example.invalid/", "https://example.invalid/?"];

/** JSON lines of 200 articles of two outlets each, which share a paragraph, so that every view shows them. */
export function hostileArticles() {
  const lines = [];
  for (let at = 0; at < 200; at++) {
    const bad = PATTERNS[at % PATTERNS.length];
    const words = (from, count) => Array.from({ length: count }, (_, n) => `w${(from * 7919 + n * 104729) % 99991}`).join(" ");
    const shared = `${bad} ${words(Math.floor(at / 2), 30)} “${bad} ${words(5000 + Math.floor(at / 2), 14)}” said ${bad} on the quay.`;
    lines.push(JSON.stringify({
      id: `${at} ${bad}`,
      title: `${bad} ${at}`,
      source: `${bad} ${at % 20}`,
      date: at % 3 ? `2031-05-0${1 + (at % 9)}T0${at % 10}:00:00Z` : bad,
      url: URLS[at % URLS.length] + RUN,
      text: `${words(900 + at, 40)} ${bad}\n\n${shared}\n\n${words(2000 + at, 40)}`,
    }));
  }
  return lines.join("\n") + "\n";
}
