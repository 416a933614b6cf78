// Dialogs: a confirmation, or a line of text to give
const dialog = (text, accept, value, secret) => new Promise((resolve) => {
  const box = document.createElement("dialog");
  box.className = "footnote-dialog";
  const form = document.createElement("form");
  form.method = "dialog";
  const line = document.createElement("p");
  line.id = "dialog-words";
  line.textContent = text;
  box.setAttribute("aria-labelledby", line.id);
  form.append(line);
  let input = null;
  if (value !== undefined) {
    input = document.createElement("input");
    input.type = secret ? "password" : "text";
    if (secret) input.autocomplete = "off";
    input.value = value;
    input.maxLength = secret ? 200 : 80;
    input.setAttribute("aria-labelledby", line.id);
    form.append(input);
  }
  const row = document.createElement("div");
  const make = (label, result, kind) => {
    const button = document.createElement("button");
    button.type = "submit";
    button.value = result;
    button.textContent = label;
    button.className = kind;
    return button;
  };
  const yes = make(accept, "yes", input ? "primary" : "primary danger");
  const no = make(words.cancel, "no", "plain");
  row.append(no, yes);
  form.append(row);
  box.append(form);
  // Enter in the field accepts; the browser would take the first button, which is Cancel.
  input?.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); box.close("yes"); } });
  box.addEventListener("close", () => {
    box.remove();
    resolve(box.returnValue === "yes" ? (input ? (secret ? input.value : input.value.trim()) : true) : null);
  });
  document.body.append(box);
  box.showModal();
  (input || no).focus();
  input?.select();
});
// A text to paste, with a title
const pasteDialog = () => new Promise((resolve) => {
  const box = document.createElement("dialog");
  box.className = "footnote-dialog wide";
  const form = document.createElement("form");
  form.method = "dialog";
  const line = document.createElement("p");
  line.id = "dialog-words";
  line.textContent = words.paste_words;
  box.setAttribute("aria-labelledby", line.id);
  const field = (kind, text) => {
    const label = document.createElement("label"), made = document.createElement(kind);
    label.append(text, made);
    return [label, made];
  };
  const [titleLabel, title] = field("input", words.paste_title), [textLabel, text] = field("textarea", words.paste_text);
  title.maxLength = 150;
  text.rows = 10;
  text.required = true;
  const row = document.createElement("div"), no = document.createElement("button"), yes = document.createElement("button");
  no.type = "button";
  no.textContent = words.cancel;
  no.className = "plain";
  no.addEventListener("click", () => box.close("no"));
  yes.type = "submit";
  yes.value = "yes";
  yes.textContent = words.add;
  yes.className = "primary";
  row.append(no, yes);
  form.append(line, titleLabel, textLabel, row);
  box.append(form);
  box.addEventListener("close", () => {
    box.remove();
    resolve(box.returnValue === "yes" ? { title: title.value.trim(), text: text.value } : null);
  });
  document.body.append(box);
  box.showModal();
  text.focus();
});
