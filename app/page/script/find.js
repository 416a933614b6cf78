// Below a page: search in its document, its outline, and where else something is said
const askers = {}; // by pane: trigger(event, data) of its list
PANES.forEach((name) => whenConnected(`#${name}-found`, (element, trigger) => { askers[name] = trigger; }));
const barIn = (name) => $(".find-bar", paneNamed(name));
const listIn = (name) => $(".found", paneNamed(name));
const searched = (name) => (paneNamed(name)?.dataset.found === "find" ? $("input", barIn(name)).value.trim() : "");
const showFound = (name, kind) => { paneNamed(name).dataset.found = kind; };
const closeFound = (name, refocus = true) => {
  const pane = paneNamed(name);
  if (!pane?.dataset.found) return false;
  delete pane.dataset.found;
  if (refocus) $("h2", sourceIn(name))?.focus({ preventScroll: true });
  return true;
};
const closeLists = () => closeFound(activePane());
const hits = (name) => $$(".hits .hit", paneNamed(name));
const chosen = {}; // by pane: the number of the hit that is shown, from 0
const count = (name) => {
  const found = hits(name), output = $(".count", barIn(name));
  output.textContent = found.length ? `${Math.min((chosen[name] ?? -1) + 1, found.length)} / ${found.length}` : "";
};
// Scrolls the list alone, never what is around it
const intoList = (name, entry) => {
  const list = $(`#${name}-found`), at = entry?.getBoundingClientRect(), frame = list.getBoundingClientRect();
  if (!at || (at.top >= frame.top && at.bottom <= frame.bottom)) return;
  list.scrollTop += at.top - frame.top - (frame.height - at.height) / 2;
};
const goToHit = (name, number) => {
  const found = hits(name);
  if (!found.length) return;
  chosen[name] = (number + found.length) % found.length;
  found.forEach((each, at) => { if (at === chosen[name]) each.setAttribute("aria-current", "true"); else each.removeAttribute("aria-current"); });
  intoList(name, found[chosen[name]]);
  count(name);
  found[chosen[name]].click();
};
const openFind = (name) => {
  if (!sourceIn(name)?.dataset.document) return;
  showFound(name, "find");
  const field = $("input", barIn(name));
  field.focus();
  field.select();
  if (field.value.trim()) lookFor(name);
};
let asked = {}; // by pane: what the list on its way, or there, is of
const toFirst = {}; // by pane: whether its first hit is wanted once it is there
const lookFor = (name) => {
  const query = $("input", barIn(name)).value.trim(), held = sourceIn(name)?.dataset.document;
  if (!held) return;
  const key = `${held}:${query}`;
  if (asked[name] === key && listIn(name)?.dataset.kind === "find") return;
  asked[name] = key;
  chosen[name] = -1;
  paneNamed(name).toggleAttribute("data-looking", Boolean(query));
  askers[name]?.("find_in", { document: held, query });
};
const waits = {};
document.addEventListener("input", (event) => {
  const bar = event.target instanceof Element && event.target.closest(".find-bar");
  if (!bar) return;
  const name = paneOf(bar);
  clearTimeout(waits[name]);
  waits[name] = setTimeout(() => lookFor(name), 250);
});
document.addEventListener("keydown", (event) => {
  const bar = event.target instanceof Element && event.target.closest(".find-bar");
  if (!bar || event.key !== "Enter" || event.isComposing) return;
  const name = paneOf(bar), query = $("input", bar).value.trim();
  event.preventDefault();
  // The list that is there may be of fewer letters: the first hit of these is shown when they are found.
  if (asked[name] !== `${sourceIn(name)?.dataset.document}:${query}`) { clearTimeout(waits[name]); lookFor(name); toFirst[name] = true; }
  else if (paneNamed(name).hasAttribute("data-looking")) toFirst[name] = true;
  else goToHit(name, (chosen[name] ?? -1) + (event.shiftKey ? -1 : 1));
});
actions.hit = (button) => { const name = paneOf(button); goToHit(name, (chosen[name] ?? -1) + Number(button.dataset.by)); };
actions.find = (button) => openFind(paneOf(button));
actions["close-found"] = (button) => closeFound(paneOf(button));
actions.outline = (button) => {
  const name = paneOf(button), source = sourceIn(name);
  if (paneNamed(name).dataset.found === "outline") { closeFound(name); return; }
  showFound(name, "outline");
  asked[name] = "";
  askers[name]?.("outline", { document: source.dataset.document, page: source.dataset.page });
};
// What is selected, with what it stands in: an answer, or the page that is shown
const selected = () => {
  const selection = getSelection(), text = selection?.toString().trim() || "";
  const node = text ? selection.anchorNode : null, at = node instanceof Element ? node : node?.parentElement;
  return at?.closest("#main .answer, .source-body") ? { text, at } : null;
};
let lastSelected = null; // a click on a button may end a selection before it is asked for
document.addEventListener("pointerdown", (event) => {
  lastSelected = event.target instanceof Element && event.target.closest("[data-action=elsewhere]") ? selected() : null;
}, true);
const askElsewhere = (name) => {
  const source = sourceIn(name), found = selected() || lastSelected, { document: held, page, start, end, message, n } = source?.dataset || {};
  let data = message && source.dataset.key === `${message}:${n}` ? { message, n } : start ? { document: held, page, start, end } : {};
  if (found && found.at.closest(".source-body")) data = { text: found.text, ...(held ? { document: held, page } : {}) };
  else if (found) {
    const cite = $(".cite", found.at.closest(".keep, .free") || found.at.closest("p, li, td") || found.at);
    data = { text: found.text, ...(cite ? { message: cite.dataset.message, n: cite.dataset.n } : {}) };
  }
  lastSelected = null;
  showFound(name, "elsewhere");
  asked[name] = "";
  paneNamed(name).toggleAttribute("data-looking", true);
  askers[name]?.("elsewhere", data);
};
actions.elsewhere = (button) => askElsewhere(paneOf(button));
PANES.forEach((name) => whenChanged(`#${name}-found`, () => {
  paneNamed(name).removeAttribute("data-looking");
  chosen[name] = -1;
  count(name);
  if (paneNamed(name).dataset.found === "outline") intoList(name, $(".sections [aria-current]", paneNamed(name)));
  else $(`#${name}-found`).scrollTop = 0;
  const query = hits(name)[0]?.dataset.query;
  if (query && query !== searched(name).replace(/\s+/g, " ")) return; // of fewer letters still
  if (toFirst[name] && query) goToHit(name, 0);
  toFirst[name] = false;
}));
