// The keyboard's place: kept where the server gives an element anew
const AREAS = "#thread, #live, #chat-list, #document-list, #glossary-list, #source, #beside, #tools, #upload-status";
// Where it goes when what had it is gone for good.
const NEAR = { "chat-list": "#chat-search textarea, #chat-search input", "document-list": "#upload button", thread: "#question textarea", live: "#question textarea" };
let last = null; // { element, area, selector } of what had it last
const describe = (button) => ["message", "n", "term", "source", "document", "page", "start", "chat"]
  .filter((name) => button.dataset[name] !== undefined)
  .map((name) => `[data-${name}="${CSS.escape(button.dataset[name])}"]`).join("");
const called = (element) => {
  const { step, event, action } = element.dataset;
  if (step) return `[data-step="${CSS.escape(step)}"]`;
  return event ? `[data-event=${event}]${describe(element)}` : action ? `[data-action=${action}]` : "";
};
document.addEventListener("focusin", (event) => {
  const area = event.target instanceof HTMLElement && event.target.closest(AREAS);
  last = area ? { element: event.target, area, selector: called(event.target) } : null;
});
const keepPlace = () => {
  if (!last || last.element.isConnected || (document.activeElement && document.activeElement !== document.body)) return;
  const { area, selector } = last;
  const again = (selector && $(selector, area)) || (NEAR[area.id] && $(NEAR[area.id]));
  again?.focus({ preventScroll: ["source", "beside"].includes(area.id) });
};
whenChanged(AREAS, keepPlace);
// Who goes on from one citation to the next, or from page to page, stays on the button and is told where that leads.
whenChanged("#source, #beside", (element) => {
  const step = document.activeElement?.closest("#source [data-step], #beside [data-step]");
  if (step) announce(plainText($(step.closest(".stepping") ? ".stepping span" : ".where", element)));
});
actions.skip = (link, event) => {
  event.preventDefault();
  view("chat");
  question()?.focus();
};
// The list of documents to choose from goes when the keyboard leaves it: it is no stop of its own, which browsers make of what scrolls.
document.addEventListener("keydown", (event) => {
  if (event.key === "Tab" && event.target instanceof Element && event.target.closest("#scope")) $$("[role=listbox]").forEach((each) => { each.tabIndex = -1; });
}, true);
