// Dialogs: a confirmation, or a line of text to give
const dialog = (text, accept, value) => new Promise((resolve) => {
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
    input.type = "text";
    input.value = value;
    input.maxLength = 80;
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
    resolve(box.returnValue === "yes" ? (input ? input.value.trim() : true) : null);
  });
  document.body.append(box);
  box.showModal();
  (input || no).focus();
  input?.select();
});
