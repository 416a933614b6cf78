// Views
const showView = () => $$("[data-action=view]").forEach((button) => {
  if (button.dataset.view === document.body.dataset.view) button.setAttribute("aria-current", "page");
  else button.removeAttribute("aria-current");
});
const view = (name) => {
  document.body.dataset.view = name;
  showView();
  closeSource(false);
  drawer(false);
  if (name !== "chat") refresh?.();
};
let refresh = null, listChats = null; // ask the server for the documents and glossary, or the chats, as they are now
const drawer = (open) => {
  document.body.toggleAttribute("data-drawer", open);
  $("#toolbar [data-action=chats]")?.setAttribute("aria-expanded", String(open));
  if (open) listChats?.();
  if (open) $("#chat-search textarea, #chat-search input")?.focus();
};
actions.view = (button) => view(button.dataset.view);
const closeDrawer = () => {
  if (!document.body.hasAttribute("data-drawer")) return false;
  drawer(false);
  $("#toolbar [data-action=chats]")?.focus();
  return true;
};
actions.chats = () => closeDrawer() || drawer(true);
// The drawer lies over the page: it goes when the keyboard goes on, so that nothing that has the focus is hidden.
document.addEventListener("focusin", (event) => {
  if (document.body.hasAttribute("data-drawer") && event.target instanceof Element && !event.target.closest("#drawer, #undo, dialog")) drawer(false);
});
whenConnected("#chat-list", () => {
  const part = $("#drawer");
  part.setAttribute("role", "dialog");
  part.setAttribute("aria-labelledby", "drawer-title");
});
whenConnected("#document-list", (element, trigger) => { refresh = () => trigger("refresh", {}); });
whenConnected("#chat-list", (element, trigger) => { listChats = () => trigger("list_chats", {}); });
