// Menus: a button that shows a list of links. Arrow keys go through it, Escape and a click elsewhere close it.
const openMenu = () => $("[data-action=menu][aria-expanded=true]");
const listOf = (button) => document.getElementById(button.getAttribute("aria-controls"));
const linksOf = (button) => $$("li:not([hidden]) a", listOf(button));
const closeMenu = (refocus = true) => {
  const button = openMenu();
  if (!button) return false;
  button.setAttribute("aria-expanded", "false");
  listOf(button).hidden = true;
  if (refocus) button.focus();
  return true;
};
const showMenu = (button) => {
  closeMenu(false);
  const list = listOf(button);
  list.hidden = false;
  button.setAttribute("aria-expanded", "true");
  // Where there is more room: an answer's tools stand at the foot of the chat, the chat's own at its head.
  const at = button.getBoundingClientRect(), scroller = button.closest("#scroll")?.getBoundingClientRect();
  const bottom = Math.min(innerHeight, scroller?.bottom ?? innerHeight), top = Math.max(0, scroller?.top ?? 0);
  list.toggleAttribute("data-up", bottom - at.bottom < list.offsetHeight + 8 && at.top - top > bottom - at.bottom);
  list.toggleAttribute("data-left", at.left + list.offsetWidth > innerWidth - 8);
};
actions.menu = (button) => {
  if (button.getAttribute("aria-expanded") === "true") closeMenu();
  else { showMenu(button); linksOf(button)[0]?.focus(); }
};
closers.unshift(closeMenu);
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest(".menu a")) closeMenu();
  else if (!event.target.closest(".menu")) closeMenu(false);
});
document.addEventListener("focusout", (event) => {
  const menu = event.target instanceof Element && event.target.closest(".menu");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) closeMenu(false);
});
document.addEventListener("keydown", (event) => {
  const menu = event.target instanceof Element && event.target.closest(".menu");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const button = $("[data-action=menu]", menu), closed = button.getAttribute("aria-expanded") !== "true";
  if (closed && !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  if (closed) showMenu(button);
  const links = linksOf(button), here = links.indexOf(document.activeElement), last = links.length - 1;
  const to = { ArrowDown: here >= last ? 0 : here + 1, ArrowUp: here <= 0 ? last : here - 1, Home: 0, End: last }[event.key];
  links[to]?.focus();
});
