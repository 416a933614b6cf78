// Events to the server, and what comes back
const send = async (button, trigger) => {
  const { event, confirm, prompt, accept, value, ...data } = button.dataset;
  if (confirm && !(await dialog(confirm, accept || words.yes))) return;
  if (prompt !== undefined) {
    const given = await dialog(prompt, accept || words.save, value || "");
    if (!given) return;
    data.value = given;
  }
  if (beforeSending[event]?.(button, data) === false) return;
  trigger(event, data);
  afterSending[event]?.(button, data);
};
const connect = (element, trigger, watch) => {
  element.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-event]");
    if (button && element.contains(button)) send(button, trigger);
  });
  connections.forEach((work) => work(element, trigger));
  watch("value", () => watchers.forEach((work) => work(element)));
};
window.footnote = { connect };
