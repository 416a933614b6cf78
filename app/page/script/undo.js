// A deletion that can be undone, for as long as the server holds the chat
let fading = 0;
const placeAfterUndo = () => {
  if (document.activeElement && document.activeElement !== document.body && !document.activeElement.closest("#undo")) return;
  (document.body.hasAttribute("data-drawer") ? $("#chat-search textarea, #chat-search input") : question())?.focus();
};
whenChanged("#undo", (element) => {
  clearTimeout(fading);
  const toast = $(".toast", element);
  if (!toast) { placeAfterUndo(); return; }
  toast.hidden = false;
  $("button", toast).focus(); // the button that was pressed is gone with its chat
  fading = setTimeout(() => {
    const held = toast.contains(document.activeElement);
    toast.hidden = true;
    if (held) placeAfterUndo();
  }, 1000 * Number(toast.dataset.seconds));
});
