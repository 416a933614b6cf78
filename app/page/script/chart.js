// The chart: one plot of Gradio's, moved into the answer that it belongs to, asked for when such an answer is in sight
let draw = null, wanted = ""; // `wanted`: message:n
const slotOf = (key) => { const [message, n] = key.split(":"); return $(`.chart[data-message="${CSS.escape(message)}"][data-n="${CSS.escape(n)}"]`); };
let chart = null, home = null;
const askChart = (slot) => {
  wanted = `${slot.dataset.message}:${slot.dataset.n}`;
  $$(".chart[data-here]").forEach((each) => each.removeAttribute("data-here"));
  slot.dataset.here = "";
  draw?.({ message: slot.dataset.message, n: slot.dataset.n });
};
const putChart = () => {
  chart ||= $("#chart");
  home ||= chart?.parentElement;
  const mark = $("#drawn [data-message]", document) || (chart && $("[data-message]", chart));
  const key = mark ? `${mark.dataset.message}:${mark.dataset.n}` : "";
  const slot = key && key === wanted ? slotOf(key) : null;
  if (slot) { slot.dataset.here = ""; if (chart.parentElement !== slot) slot.append(chart); }
  else if (chart && chart.parentElement !== home) home.append(chart);
};
const charts = () => {
  const slots = $$(".chart[data-message]");
  const now = wanted && slotOf(wanted);
  if (now) { now.dataset.here = ""; }
  const last = slots.at(-1);
  // The newest series is drawn by itself; an earlier one when its button is pressed.
  if (last && (!now || last.closest("#live")) && last !== now) askChart(last);
  putChart();
};
whenChanged("#thread, #live", charts);
whenChanged("#drawn", () => { putChart(); if ($("#live #chart")) follow(); });
beforeSending.chart = (button) => { askChart(button.closest(".chart")); return false; };
whenConnected("#live", (element, trigger) => { draw = (data) => trigger("chart", data); });
