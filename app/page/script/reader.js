// Reading in the source panel: size, picture or text, pages, keys
const SIZES = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4];
const WIDTHS = [700, 1100, 1600, 2200, 3200]; // of pictures, as the server draws them
const sizes = { source: 1, beside: 1 };
const asText = { source: false, beside: false };
const dress = (name) => {
  const source = sourceIn(name);
  if (!source) return;
  source.style.setProperty("--zoom", sizes[name]);
  source.toggleAttribute("data-text", asText[name]);
  const percent = $(".zoom .percent", source), text = $("[data-action=as-text]", source);
  if (percent) percent.textContent = `${Math.round(sizes[name] * 100)}%`;
  text?.setAttribute("aria-pressed", String(asText[name]));
  sharpen(name);
};
// The picture at the width that is looked at, put in its place once it is there; and the pages beside it, ahead of time
const sharpen = (name) => {
  const source = sourceIn(name), page = $(".pdf-page", source || document.body), picture = page && $("img", page);
  if (!source || !picture || asText[name] || !picture.clientWidth) return;
  const seen = picture.clientWidth * (window.devicePixelRatio || 1);
  const width = WIDTHS.find((each) => each >= seen) || WIDTHS.at(-1);
  const address = (number, wide) => page.dataset.picture.replace("{page}", number) + wide;
  const now = Number(page.dataset.page);
  if (width > Number(picture.dataset.width)) {
    const sharper = new Image();
    sharper.onload = () => { picture.src = sharper.src; picture.dataset.width = width; };
    sharper.src = address(now, width);
  }
  const first = picture.dataset.width;
  const ahead = () => [now + 1, now - 1].forEach((number) => {
    if (number >= 1 && number <= Number(source.dataset.pages)) new Image().src = address(number, first);
  });
  if (picture.complete) ahead();
  else picture.addEventListener("load", ahead, { once: true });
};
const resize = (name, size, at) => {
  const body = $(".source-body", sourceIn(name)), before = sizes[name];
  if (!body || size === before) return;
  // What is under the pointer, or marked, or in the middle stays where it is.
  const frame = body.getBoundingClientRect();
  const box = at ? null : $(".pdf-page .box:not(.hit-box)", body)?.getBoundingClientRect();
  const seen = box?.width && box.bottom > frame.top && box.top < frame.bottom && box.right > frame.left && box.left < frame.right;
  const [x, y] = at ? [at.clientX - frame.left, at.clientY - frame.top]
    : seen ? [box.left - frame.left, box.top - frame.top] : [body.clientWidth / 2, body.clientHeight / 2];
  const [left, top] = [(body.scrollLeft + x) / before, (body.scrollTop + y) / before];
  sizes[name] = size;
  dress(name);
  body.scrollLeft = left * size - x;
  body.scrollTop = top * size - y;
};
const step = (name, by) => {
  const at = SIZES.findIndex((each) => each >= sizes[name] - 0.001);
  resize(name, by ? SIZES[Math.max(0, Math.min(SIZES.length - 1, at + by))] : 1);
};
actions.zoom = (button) => step(paneOf(button), Number(button.dataset.by));
actions["as-text"] = (button) => {
  const name = paneOf(button);
  asText[name] = !asText[name];
  places[name] = null;
  dress(name);
  reveal(name);
};
// A button that the page doesn't show, to be sent as one that it does
const order = (name, event, data) => {
  const button = document.createElement("button");
  Object.assign(button.dataset, { event, ...data });
  button.hidden = true;
  $(`#${name}`).querySelector(".source")?.append(button);
  button.click();
  button.remove();
};
actions.beside = (button) => {
  const name = paneOf(button), source = sourceIn(name);
  const { document: held, page, start, end } = source.dataset;
  order(name, "open_beside", start ? { document: held, page, start, end } : { document: held, page });
};
const goTo = (form) => {
  const name = paneOf(form), source = sourceIn(name), field = $("input", form);
  const wanted = Number(field.value.trim());
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > Number(source.dataset.pages)) {
    field.value = Number(source.dataset.page) + 1;
    field.select();
    return;
  }
  order(name, "open_page", { document: source.dataset.document, page: wanted - 1 });
};
document.addEventListener("submit", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target.matches(".go-to")) { event.preventDefault(); goTo(event.target); }
  if (event.target.matches(".find-bar")) event.preventDefault();
});
document.addEventListener("change", (event) => {
  if (!(event.target instanceof Element) || !event.target.matches(".source select.another") || !event.target.value) return;
  const name = paneOf(event.target), source = sourceIn(name);
  // The page of the other document that is like the one shown here, or in the other pane.
  order(name, "open_page", { document: event.target.value, page: source.dataset.page, like: source.dataset.document });
});
actions.keys = () => {
  const box = $("#keys-dialog");
  if (!box.open) box.showModal();
};
// Keys
const press = (selector) => { const button = $(selector); if (button && button.getAttribute("aria-disabled") !== "true") button.click(); };
const keys = {
  "]": (name) => press(`#${name} .stepping button[data-n]:last-child`),
  "[": (name) => press(`#${name} .stepping button[data-n]:first-child`),
  "+": (name) => step(name, 1),
  "-": (name) => step(name, -1),
  "0": (name) => step(name, 0),
  "/": (name) => openFind(name),
  o: (name) => press(`#${name} [data-action=outline]`),
  t: (name) => press(`#${name} [data-action=as-text]`),
  e: (name) => askElsewhere(name),
  b: (name) => press(`#${name} [data-action=beside]`),
  g: (name) => { const field = $(`#${name} .go-to input`); field?.focus(); field?.select(); },
  "?": () => actions.keys(),
  ArrowRight: (name) => press(`#${name} .turning > button:last-child`),
  ArrowLeft: (name) => press(`#${name} .turning > button:first-child`),
};
keys.n = keys["]"];
keys.p = keys["["];
keys["="] = keys["+"];
document.addEventListener("keydown", (event) => {
  if (document.body.dataset.source !== "open" || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  if (!(event.target instanceof Element) || event.target.closest("input, textarea, select, [contenteditable=true]")) return;
  const arrow = event.key.startsWith("Arrow");
  const name = activePane();
  if (arrow && (!$("#panel").contains(event.target) || sizes[name] > 1)) return; // they move what is larger than its frame
  const work = keys[event.key];
  if (!work) return;
  event.preventDefault();
  work(name);
});
whenStarted(() => {
  const panel = $("#panel");
  panel?.addEventListener("wheel", (event) => {
    const name = event.ctrlKey && event.target instanceof Element && event.target.closest(".source-body") && paneOf(event.target);
    if (!name) return;
    event.preventDefault();
    const size = sizes[name] * Math.exp(-event.deltaY / 400);
    resize(name, Math.max(SIZES[0], Math.min(SIZES.at(-1), size)), event);
  }, { passive: false });
  if (panel) new ResizeObserver(() => PANES.forEach(sharpen)).observe(panel);
});
