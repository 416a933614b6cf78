// Copy, and which chat the export menus are of
const said = (button, text) => {
  const label = button.dataset.label || (button.dataset.label = button.textContent);
  button.textContent = text;
  setTimeout(() => { button.textContent = label; }, 1600);
};
const copy = async (button) => {
  const text = $(".as-text", button.closest(".message")).textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  said(button, words.copied);
};
actions.copy = copy;
const exportOfChat = () => {
  const chat = ($("#live .thread") || $("#thread .thread"))?.dataset.chat;
  const ready = Boolean(chat) && Boolean($("#main .message[data-message]"));
  const figures = Boolean($("#main .message[data-figures]"));
  $$(".chat-export").forEach((part) => {
    part.hidden = !ready;
    $$("[data-form]", part).forEach((item) => {
      item.hidden = item.dataset.form === "csv" && !figures;
      if (ready) $("a", item).setAttribute("href", `export/chat/${chat}.${item.dataset.form}`);
    });
  });
};
whenChanged("#thread, #live, #tools, #drawer-head", exportOfChat);
