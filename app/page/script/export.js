// Copy and export
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
const save = (text, type, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};
const download = (button) => {
  const message = button.closest(".message");
  save($(".as-markdown", message).textContent, "text/markdown", `footnote-answer-${message.dataset.message}.md`);
};
// The mark at the beginning tells spreadsheets that it is UTF-8; HTML keeps no CR, which CSV's line ends have.
const saveCsv = (text, name) => save("\ufeff" + text.replace(/\r?\n/g, "\r\n"), "text/csv", name);
const downloadCsv = (button) => {
  const message = button.closest(".message");
  saveCsv($(".as-csv", message).textContent, `footnote-figures-${message.dataset.message}.csv`);
};
const downloadChatCsv = () => {
  const tables = $$("#main .as-csv").map((each) => each.textContent.replace(/\r?\n$/, "").split(/\r?\n/));
  const lines = [...(tables[0] || []).slice(0, 1), ...tables.flatMap((each) => each.slice(1))];
  saveCsv(lines.join("\n") + "\n", `footnote-figures-chat-${new URL(location.href).searchParams.get("chat") || "new"}.csv`);
};
Object.assign(actions, { copy, download, "download-csv": downloadCsv, "download-chat-csv": downloadChatCsv });
whenChanged("#thread, #live", () => $$(".chat-csv").forEach((button) => { button.hidden = !$("#main .as-csv"); }));
