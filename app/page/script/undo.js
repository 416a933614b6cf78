// A deletion that can be undone, for as long as the server holds the chat
let fading = 0;
whenChanged("#undo", (element) => {
  clearTimeout(fading);
  const toast = $(".toast", element);
  if (!toast) return;
  toast.hidden = false;
  $("button", toast).focus(); // the button that was pressed is gone with its chat
  fading = setTimeout(() => {
    const held = toast.contains(document.activeElement);
    toast.hidden = true;
    if (held) (document.body.hasAttribute("data-drawer") ? $("#chat-search textarea, #chat-search input") : question())?.focus();
  }, 1000 * Number(toast.dataset.seconds));
});
