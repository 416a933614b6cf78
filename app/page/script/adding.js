// Adding documents: files and folders that are dropped or chosen, pasted texts
let adding = null, handing = false; // sends an event of the drop zone; whether files are on their way
const HANDED_AT_ONCE = 8;
whenConnected("#upload", (element, trigger) => { adding = trigger; });
const tellAdding = (text, alert) => {
  const line = document.createElement("p");
  line.className = alert ? "error" : "hint";
  line.setAttribute("role", alert ? "alert" : "status");
  line.textContent = text;
  let said = $("#handing");
  if (!said) {
    said = document.createElement("div");
    said.id = "handing";
    $("#upload")?.after(said);
  }
  said.replaceChildren(...(text ? [line] : []));
};
const readable = (path) => {
  const parts = path.split("/"), kinds = ($("#upload [data-kinds]")?.dataset.kinds || "").split(" ");
  if (parts.some((part) => part.startsWith(".") || part.startsWith("~$") || part === "__MACOSX")) return false;
  return kinds.includes(parts.at(-1).slice(parts.at(-1).lastIndexOf(".")).toLowerCase());
};
// `found`: [{ file, path }]. A file that was named by itself is always handed over: its line says why it can't be read.
const handOver = async (found) => {
  if (handing || !adding) return;
  const wanted = found.filter(({ path }) => !path.includes("/") || readable(path));
  const leftOut = found.length - wanted.length;
  view("documents");
  if (!wanted.length) { tellAdding(words.no_documents, true); return; }
  handing = true;
  const files = [];
  const root = (window.gradio_config?.root || "").replace(/\/$/, "");
  try {
    for (let at = 0; at < wanted.length; at += HANDED_AT_ONCE) {
      tellAdding(words.handing.replace("[done]", at).replace("[total]", wanted.length));
      const lot = wanted.slice(at, at + HANDED_AT_ONCE), form = new FormData();
      lot.forEach(({ file }) => form.append("files", file, file.name));
      const answer = await fetch(`${root}/gradio_api/upload`, { method: "POST", body: form });
      if (!answer.ok) throw new Error(String(answer.status));
      (await answer.json()).forEach((path, number) => files.push({ path, name: lot[number].path }));
    }
    tellAdding("");
    adding("add_files", { files: JSON.stringify(files), left_out: String(leftOut) });
  } catch (error) {
    tellAdding(words.not_handed.replace("[reason]", error.message), true);
  } finally {
    handing = false;
  }
};
// What was dropped, folders with all that is in them.
const entriesOf = async (entry, before) => {
  const path = before + entry.name;
  if (entry.isFile) return [{ file: await new Promise((done, failed) => entry.file(done, failed)), path }];
  const reader = entry.createReader(), inside = [];
  for (;;) { // a reader gives about a hundred at a time
    const lot = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!lot.length) break;
    for (const one of lot) inside.push(...await entriesOf(one, path + "/"));
  }
  return inside;
};
const dropped = async (transfer) => {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
  return (await Promise.all(entries.map((entry) => entriesOf(entry, "")))).flat();
};
const hasFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
let over = 0;
document.addEventListener("dragenter", (event) => { if (hasFiles(event)) { over += 1; document.body.dataset.dropping = ""; } });
document.addEventListener("dragleave", (event) => { if (hasFiles(event) && (over -= 1) <= 0) { over = 0; delete document.body.dataset.dropping; } });
document.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
document.addEventListener("drop", async (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  event.stopPropagation();
  over = 0;
  delete document.body.dataset.dropping;
  try { await handOver(await dropped(event.dataTransfer)); }
  catch (error) { tellAdding(words.not_handed.replace("[reason]", error.message), true); }
}, true);
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file" || !input.closest("#upload")) return;
  const found = [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  input.value = "";
  if (found.length) handOver(found);
});
actions["choose-files"] = (button) => button.nextElementSibling.click();
actions.paste = async () => {
  const given = await pasteDialog();
  if (given) adding?.("paste_text", given);
};
beforeSending.add_sample = () => { view("documents"); adding?.("add_sample", {}); return false; };
beforeSending.stop_adding = (button) => { button.disabled = true; };
whenConnected("#upload-status", (element) => element.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-event=ask]")) view("chat");
}, true));
