// Clicks and Escape, handed to the parts
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const button = event.target.closest("[data-action]");
  if (button) actions[button.dataset.action]?.(button, event);
  const term = termOf(event);
  if (term) showTip(term);
  else if (!event.target.closest("#definition")) hideTip();
  if (document.body.hasAttribute("data-drawer") && !event.target.closest("#drawer, #undo, [data-action=chats], dialog")) drawer(false);
});
const stopWriting = () => {
  const stop = $("#live [data-event=stop_writing]:not([disabled])");
  stop?.click();
  return Boolean(stop);
};
closers.push(hideTip, closeDrawer, closeLists, closeSource, stopWriting);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !$("dialog[open]")) closers.some((close) => close());
});
