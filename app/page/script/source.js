// The source panel
let opener = null; // the button that opened the source: focus returns to it
const describe = (button) => ["message", "n", "term", "source", "document", "page", "start"]
  .filter((name) => button.dataset[name] !== undefined)
  .map((name) => `[data-${name}="${CSS.escape(button.dataset[name])}"]`).join("");
const openSource = (button) => {
  const panel = $("#panel");
  if (!panel.contains(button)) opener = { button, selector: `[data-event=${button.dataset.event}]${describe(button)}` };
  document.body.dataset.source = "open";
  const same = button.dataset.message && $(".source", panel)?.dataset.key === `${button.dataset.message}:${button.dataset.n}`;
  if (same) reveal();
  else panel.dataset.waiting = "";
};
const reveal = () => {
  const panel = $("#panel");
  delete panel.dataset.waiting;
  const source = $(".source", panel);
  if (!source || document.body.dataset.source !== "open") return;
  const [message, number] = (source.dataset.key || "").split(":");
  $$(".cite").forEach((each) => each.classList.toggle(
    "active", Boolean(number) && each.dataset.message === message && each.dataset.n === number));
  const body = $(".source-body", source);
  const target = $(".pdf-page .box", source) || $("mark", source);
  const show = () => {
    if (!body) return;
    if (!target) { body.scrollTop = 0; return; }
    const top = target.getBoundingClientRect().top - body.getBoundingClientRect().top + body.scrollTop;
    body.scrollTop = Math.max(0, top - body.clientHeight / 3);
  };
  show();
  const picture = $(".pdf-page img", source);
  if (picture && !picture.complete) picture.addEventListener("load", show, { once: true });
  if (!panel.contains(document.activeElement)) $("h2", source)?.focus({ preventScroll: true });
};
const closeSource = (refocus = true) => {
  if (document.body.dataset.source !== "open") return false;
  delete document.body.dataset.source;
  $$(".cite.active").forEach((each) => each.classList.remove("active"));
  if (refocus && opener) {
    const button = opener.button.isConnected ? opener.button : $(`#main ${opener.selector}`);
    button?.focus();
  }
  opener = null;
  return true;
};
actions["close-source"] = () => closeSource();
whenChanged("#source", reveal);
beforeSending.cite = beforeSending.open_page = openSource;
