// The keyboard's place: kept where the server gives an element anew
const AREAS = "#thread, #live, #chat-list, #document-list, #glossary-list, #source, #tools, #upload-status";
// Where it goes when what had it is gone for good.
const NEAR = { "chat-list": "#chat-search textarea, #chat-search input", "document-list": "#upload button", thread: "#question textarea", live: "#question textarea" };
let last = null; // { element, area, selector } of what had it last
const describe = (button) => ["message", "n", "term", "source", "document", "page", "chat"]
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
  again?.focus({ preventScroll: area.id === "source" });
  if (again?.dataset.step) announce(plainText($(".stepping", area) || $(".where", area)));
};
whenChanged(AREAS, keepPlace);
actions.skip = (link, event) => {
  event.preventDefault();
  view("chat");
  question()?.focus();
};
