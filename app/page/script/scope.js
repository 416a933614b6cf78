// The picker of what the chat asks of
const picker = (open) => {
  if (open === document.body.hasAttribute("data-picking")) return false;
  document.body.toggleAttribute("data-picking", open);
  const button = $("#scope .scope-button");
  button?.setAttribute("aria-expanded", String(open));
  if (open) $("#scope input")?.focus();
  else button?.focus();
  return true;
};
const showPicker = () => $("#scope .scope-button")?.setAttribute("aria-expanded", String(document.body.hasAttribute("data-picking")));
actions.scope = () => picker(!document.body.hasAttribute("data-picking"));
whenChanged("#scope", showPicker);
whenConnected("#scope", (element, trigger) => {
  narrowing(element, trigger);
  element.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("input[data-scope]")) trigger("choose_scope", { what: box.dataset.scope, key: box.dataset.key, on: box.checked ? "1" : "0" });
  });
});
document.addEventListener("pointerdown", (event) => {
  if (document.body.hasAttribute("data-picking") && event.target instanceof Element && !event.target.closest("#scope")) {
    document.body.removeAttribute("data-picking");
    showPicker();
  }
});
closers.push(() => picker(false));
