// What happens in the browser alone: views, theme, the source panel, definitions, dialogs, copy and export.
// Buttons with data-event go to the server through `connect`; buttons with data-action are handled here.
(() => {
  if (window.footnote) return;
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const STORED = "footnote-theme";
  let opener = null; // the button that opened the source: focus returns to it

  // Theme: the system's until the person chooses.
  const stored = () => { try { return localStorage.getItem(STORED); } catch { return null; } };
  const applyTheme = () => {
    const choice = stored();
    if (choice) document.body.classList.toggle("dark", choice === "dark");
  };
  const switchTheme = () => {
    const next = document.body.classList.contains("dark") ? "light" : "dark";
    try { localStorage.setItem(STORED, next); } catch { /* private window: the choice lasts as long as the page */ }
    document.body.classList.toggle("dark", next === "dark");
  };

  // Views
  const view = (name) => {
    document.body.dataset.view = name;
    $$("[data-action=view]").forEach((button) => {
      if (button.dataset.view === name) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    });
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

  // The source panel
  const describe = (button) => ["message", "n", "term", "source", "document", "page"]
    .filter((name) => button.dataset[name] !== undefined)
    .map((name) => `[data-${name}="${CSS.escape(button.dataset[name])}"]`).join("");
  const openSource = (button) => {
    const panel = $("#panel");
    if (!panel.contains(button)) opener = { button, selector: `[data-event=${button.dataset.event}]${describe(button)}` };
    document.body.dataset.source = "open";
    const same = button.dataset.message && $(".source", panel)?.dataset.key === `${button.dataset.message}:${button.dataset.n}`;
    if (same) reveal();
    else panel.dataset.waiting = "";
  };
  const reveal = () => {
    const panel = $("#panel");
    delete panel.dataset.waiting;
    const source = $(".source", panel);
    if (!source || document.body.dataset.source !== "open") return;
    const [message, number] = (source.dataset.key || "").split(":");
    $$(".cite").forEach((each) => each.classList.toggle(
      "active", Boolean(number) && each.dataset.message === message && each.dataset.n === number));
    const body = $(".source-body", source);
    const target = $(".pdf-page .box", source) || $("mark", source);
    const show = () => {
      if (!body) return;
      if (!target) { body.scrollTop = 0; return; }
      const top = target.getBoundingClientRect().top - body.getBoundingClientRect().top + body.scrollTop;
      body.scrollTop = Math.max(0, top - body.clientHeight / 3);
    };
    show();
    const picture = $(".pdf-page img", source);
    if (picture && !picture.complete) picture.addEventListener("load", show, { once: true });
    if (!panel.contains(document.activeElement)) $("h2", source)?.focus({ preventScroll: true });
  };
  const closeSource = (refocus = true) => {
    if (document.body.dataset.source !== "open") return false;
    delete document.body.dataset.source;
    $$(".cite.active").forEach((each) => each.classList.remove("active"));
    if (refocus && opener) {
      const button = opener.button.isConnected ? opener.button : $(`#main ${opener.selector}`);
      button?.focus();
    }
    opener = null;
    return true;
  };

  // Definitions of terms, on hover, focus or tap
  let tip = null, termShown = null, hiding = 0;
  const hideTip = () => {
    clearTimeout(hiding);
    if (!tip || tip.hidden) return false;
    tip.hidden = true;
    termShown?.removeAttribute("aria-describedby");
    termShown = null;
    return true;
  };
  const hideTipSoon = () => { clearTimeout(hiding); hiding = setTimeout(hideTip, 200); };
  const showTip = (term) => {
    clearTimeout(hiding);
    if (!tip) {
      tip = document.createElement("div");
      tip.id = "definition";
      tip.setAttribute("role", "tooltip");
      tip.addEventListener("mouseenter", () => clearTimeout(hiding));
      tip.addEventListener("mouseleave", hideTipSoon);
      document.body.append(tip);
    }
    termShown?.removeAttribute("aria-describedby");
    termShown = term;
    tip.replaceChildren();
    const name = document.createElement("strong");
    name.textContent = term.dataset.term;
    tip.append(name, document.createTextNode(" " + term.dataset.definition));
    tip.hidden = false;
    term.setAttribute("aria-describedby", tip.id);
    const at = term.getBoundingClientRect(), size = tip.getBoundingClientRect();
    const left = Math.max(12, Math.min(at.left, document.documentElement.clientWidth - size.width - 12));
    const above = at.top - size.height - 6;
    tip.style.left = `${left}px`;
    tip.style.top = `${above > 8 ? above : at.bottom + 6}px`;
  };
  const termOf = (event) => event.target instanceof Element ? event.target.closest(".term") : null;
  document.addEventListener("mouseover", (event) => { const term = termOf(event); if (term) showTip(term); });
  document.addEventListener("mouseout", (event) => { if (termOf(event)) hideTipSoon(); });
  document.addEventListener("focusin", (event) => { const term = termOf(event); if (term) showTip(term); else hideTip(); });
  document.addEventListener("scroll", hideTip, true);

  // Dialogs: a confirmation, or a line of text to give
  const dialog = (text, accept, value) => new Promise((resolve) => {
    const box = document.createElement("dialog");
    box.className = "footnote-dialog";
    const form = document.createElement("form");
    form.method = "dialog";
    const words = document.createElement("p");
    words.id = "dialog-words";
    words.textContent = text;
    box.setAttribute("aria-labelledby", words.id);
    form.append(words);
    let input = null;
    if (value !== undefined) {
      input = document.createElement("input");
      input.type = "text";
      input.value = value;
      input.maxLength = 80;
      input.setAttribute("aria-labelledby", words.id);
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
    const no = make("Cancel", "no", "plain");
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
    said(button, "Copied");
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

  const actions = {
    theme: switchTheme,
    view: (button) => view(button.dataset.view),
    chats: () => drawer(!document.body.hasAttribute("data-drawer")),
    "close-source": () => closeSource(),
    copy,
    download,
    "download-csv": downloadCsv,
    "download-chat-csv": downloadChatCsv,
  };
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest("[data-action]");
    if (button) actions[button.dataset.action]?.(button);
    const term = termOf(event);
    if (term) showTip(term);
    else if (!event.target.closest("#definition")) hideTip();
    if (document.body.hasAttribute("data-drawer") && !event.target.closest("#drawer, [data-action=chats], dialog")) drawer(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || $("dialog[open]")) return;
    if (hideTip()) return;
    if (document.body.hasAttribute("data-drawer")) { drawer(false); $("#toolbar [data-action=chats]")?.focus(); return; }
    if (!closeSource()) $("#live [data-event=stop_writing]:not([disabled])")?.click();
  });

  // From the server
  const question = () => $("#question textarea, #question input");
  // A question sent while another is being answered waits, and is sent when that answer is there.
  const busy = () => Boolean($("#live [aria-busy=true]"));
  const next = (waits) => document.body.toggleAttribute("data-next", waits);
  const sendNext = (tries) => {
    if (!document.body.hasAttribute("data-next")) return;
    if (busy() || !question()?.value.trim() || !tries) { next(false); return; }
    $("#send")?.click(); // ignored while the server's last word on the answer before is on its way
    setTimeout(() => sendNext(tries - 1), 250);
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === question() && busy() && question().value.trim()) next(true);
  }, true);
  document.addEventListener("click", (event) => {
    if (event.isTrusted && event.target instanceof Element && event.target.closest("#send") && busy() && question()?.value.trim()) next(true);
  }, true);
  const follow = () => {
    const scroller = $("#scroll"), live = $("#live");
    if (!scroller || !live) return;
    const room = scroller.clientHeight - 24;
    if (live.offsetHeight > room) scroller.scrollTop += $(".message", live)?.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8 || 0;
    else scroller.scrollTop = scroller.scrollHeight;
  };
  const address = () => {
    const thread = $("#live .thread") || $("#thread .thread");
    if (!thread) return;
    const url = new URL(location.href);
    if (thread.dataset.chat) url.searchParams.set("chat", thread.dataset.chat);
    else url.searchParams.delete("chat");
    if (url.href !== location.href) history.replaceState(null, "", url);
  };
  const figures = () => { $$(".chat-csv").forEach((button) => { button.hidden = !$("#main .as-csv"); }); };
  const changed = (element) => {
    if (element.closest("#thread, #live")) { figures(); charts(); }
    if (element.closest("#drawn")) { putChart(); if ($("#live #chart")) follow(); }
    else if (element.closest("#source")) reveal();
    else if (element.closest("#live")) { address(); follow(); if (!busy()) sendNext(12); }
    else if (element.closest("#thread")) { address(); $("#scroll").scrollTop = $("#scroll").scrollHeight; if ($(".welcome", element)) $("#scroll").scrollTop = 0; }
  };
  const send = async (button, trigger) => {
    const { event, confirm, prompt, accept, value, ...data } = button.dataset;
    if (confirm && !(await dialog(confirm, accept || "Yes"))) return;
    if (prompt !== undefined) {
      const given = await dialog(prompt, accept || "Save", value || "");
      if (!given) return;
      data.value = given;
    }
    if (event === "stop_writing") { button.disabled = true; button.textContent = "Stopping …"; }
    if (event === "chart") { askChart(button.closest(".chart")); return; }
    if (event === "cite" || event === "open_page") openSource(button);
    if (event === "new_chat" || event === "open_chat") { closeSource(false); drawer(false); next(false); }
    trigger(event, data);
    if (["ask", "new_chat", "open_chat"].includes(event)) question()?.focus();
  };
  const connect = (element, trigger, watch) => {
    element.addEventListener("click", (event) => {
      const button = event.target instanceof Element && event.target.closest("[data-event]");
      if (button && element.contains(button)) send(button, trigger);
    });
    if (element.closest("#live")) draw = (data) => trigger("chart", data);
    if (element.closest("#document-list")) refresh = () => trigger("refresh", {});
    if (element.closest("#chat-list")) listChats = () => trigger("list_chats", {});
    const live = element.closest("#live");
    if (live) { live.setAttribute("role", "log"); live.setAttribute("aria-live", "polite"); live.setAttribute("aria-label", "Newest answer"); }
    watch("value", () => changed(element));
  };
  window.footnote = { connect };

  const start = () => {
    document.documentElement.lang = "en";
    if (!document.body.dataset.view) document.body.dataset.view = "chat";
    applyTheme();
    // Gradio sets the theme when it mounts and when the system's changes: a choice made here is stronger.
    new MutationObserver(applyTheme).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
