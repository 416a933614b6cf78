// Clicks and Escape, handed to the parts
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const button = event.target.closest("[data-action]");
  if (button) actions[button.dataset.action]?.(button);
  const term = termOf(event);
  if (term) showTip(term);
  else if (!event.target.closest("#definition")) hideTip();
  if (document.body.hasAttribute("data-drawer") && !event.target.closest("#drawer, [data-action=chats], dialog")) drawer(false);
});
const closeDrawer = () => {
  if (!document.body.hasAttribute("data-drawer")) return false;
  drawer(false);
  $("#toolbar [data-action=chats]")?.focus();
  return true;
};
const stopWriting = () => {
  const stop = $("#live [data-event=stop_writing]:not([disabled])");
  stop?.click();
  return Boolean(stop);
};
closers.push(hideTip, closeDrawer, closeSource, stopWriting);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !$("dialog[open]")) closers.some((close) => close());
});
