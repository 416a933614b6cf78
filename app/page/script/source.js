// The source panel: one pane, or two beside each other (tabs where there is no room for two)
let opener = null; // the button that opened the source: focus returns to it
// On a phone the panel covers the page: what lies under it can't be reached until it goes.
const narrow = matchMedia("(max-width: 859px)");
const cover = () => ["#header", "#main"].forEach((each) => { const part = $(each); if (part) part.inert = narrow.matches && document.body.dataset.source === "open"; });
narrow.addEventListener("change", cover);
const PANES = ["source", "beside"];
const paneNamed = (name) => $(`#pane-${name}`);
const paneOf = (element) => PANES.find((name) => paneNamed(name)?.contains(element)) || null;
const sourceIn = (name) => $(".source", paneNamed(name));
const activePane = () => document.body.dataset.pane || "source";
const showPane = (name) => {
  document.body.dataset.pane = name;
  $$("#pane-tabs [data-pane]").forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.pane === name)));
};
const openIn = (name, button) => {
  const panel = $("#panel");
  if (!panel.contains(button)) opener = { button, selector: `[data-event=${button.dataset.event}]${describe(button)}` };
  document.body.dataset.source = "open";
  cover();
  if (name === "beside") document.body.dataset.beside = "open";
  showPane(name);
  const same = button.dataset.message && !button.dataset.page && sourceIn(name)?.dataset.key === `${button.dataset.message}:${button.dataset.n}`;
  if (same) reveal(name);
  else panel.dataset.waiting = "";
};
const otherThan = (name) => (name === "beside" ? "source" : "beside");
const openHere = (button) => openIn(paneOf(button) || "source", button);
const openBeside = (button) => openIn(otherThan(paneOf(button) || "source"), button);
// Where a page was read, so that the same page doesn't jump when something else on it is marked
const places = {};
const placeOf = (source) => (source.dataset.document ? `${source.dataset.document}:${source.dataset.page}` : "");
const reveal = (name) => {
  const panel = $("#panel"), source = sourceIn(name);
  delete panel.dataset.waiting;
  if (!source || document.body.dataset.source !== "open") return;
  const [message, number] = (source.dataset.key || "").split(":");
  if (name === "source") {
    $$(".cite").forEach((each) => each.classList.toggle(
      "active", Boolean(number) && each.dataset.message === message && each.dataset.n === number));
  }
  dress(name);
  const body = $(".source-body", source);
  const read = places[name];
  const show = () => {
    if (!body) return;
    const shown = $$(".pdf-page .box:not(.hit-box), mark:not(.hit-mark), .pdf-page .box, mark", source)
      .filter((each) => each.offsetParent !== null);
    const target = shown.find((each) => !each.matches(".hit-box, .hit-mark")) || shown[0];
    if (read && read.place && read.place === placeOf(source)) [body.scrollTop, body.scrollLeft] = [read.top, read.left];
    if (!target) return;
    const at = target.getBoundingClientRect(), frame = body.getBoundingClientRect();
    if (at.top >= frame.top && at.bottom <= frame.bottom && at.left >= frame.left && at.right <= frame.right) return;
    body.scrollTop = Math.max(0, at.top - frame.top + body.scrollTop - body.clientHeight / 3);
    if (at.left < frame.left || at.right > frame.right) body.scrollLeft = Math.max(0, at.left - frame.left + body.scrollLeft - 24);
  };
  show();
  body?.addEventListener("scroll", () => { places[name] = { place: placeOf(source), top: body.scrollTop, left: body.scrollLeft }; }, { passive: true });
  places[name] = { place: placeOf(source), top: body?.scrollTop || 0, left: body?.scrollLeft || 0 };
  const toTitle = () => {
    if (document.body.dataset.source === "open" && !panel.contains(document.activeElement)) $("h2", sourceIn(activePane()))?.focus({ preventScroll: true });
  };
  toTitle();
  setTimeout(toTitle, 300); // once more when the panel has slid in
};
const closeBeside = () => {
  if (document.body.dataset.beside !== "open") return false;
  delete document.body.dataset.beside;
  showPane("source");
  $("h2", sourceIn("source"))?.focus({ preventScroll: true });
  return true;
};
const closeSource = (refocus = true) => {
  if (document.body.dataset.source !== "open") return false;
  if (refocus && activePane() === "beside" && closeBeside()) return true;
  delete document.body.dataset.source;
  delete document.body.dataset.beside;
  showPane("source");
  PANES.forEach((name) => closeFound(name, false));
  cover();
  $$(".cite.active").forEach((each) => each.classList.remove("active"));
  if (refocus && opener) {
    const button = opener.button.isConnected ? opener.button : $(`#main ${opener.selector}`);
    button?.focus();
  }
  opener = null;
  return true;
};
actions["close-source"] = (button) => { if (paneOf(button) !== "beside" || !closeBeside()) { showPane("source"); closeSource(); } };
actions["show-pane"] = (button) => { showPane(button.dataset.pane); reveal(button.dataset.pane); };
whenChanged("#source", () => reveal("source"));
whenChanged("#beside", () => reveal("beside"));
beforeSending.cite = openHere;
beforeSending.cite_beside = openBeside;
// A page that is turned to keeps the citation that was left, and the words that are searched for.
const withPlace = (open) => (button, data) => {
  const name = paneOf(button), source = name && sourceIn(name);
  if (source?.dataset.message) Object.assign(data, { message: source.dataset.message, n: source.dataset.n });
  const query = name && searched(name);
  if (query && data.query === undefined && source?.dataset.document === data.document) data.query = query;
  open(button);
};
beforeSending.open_page = withPlace(openHere);
beforeSending.open_beside = withPlace(openBeside);
whenStarted(() => {
  const panel = $("#panel");
  panel?.addEventListener("focusin", (event) => { const name = paneOf(event.target); if (name) showPane(name); });
  panel?.addEventListener("pointerdown", (event) => { const name = paneOf(event.target); if (name) showPane(name); });
});
