// What the parts of the page's script share. They are joined into one function, in the order of assets.py.
// Buttons with data-event go to the server through `connect`; buttons with data-action are handled here.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
// What a click on [data-action=name] does: each part adds its own. Gets the button.
const actions = {};
// The words that the script says, in the language of the page: the server sends them before anything can be clicked.
const words = {};
// Called when the server has changed an element that `selector` fits or that lies in one. Gets the element.
const watchers = [];
const whenChanged = (selector, work) => watchers.push((element) => { if (element.closest(selector)) work(element); });
// Called when Escape is pressed, in this order, until one gives true: what it closes was open.
const closers = [];
// Before and after the event of a button is sent, by the event's name. Get the button and its data; false from the first sends nothing.
const beforeSending = {}, afterSending = {};
// Called once for each element that can send events, with it and what sends one: trigger(event, data).
const connections = [];
const whenConnected = (selector, work) => connections.push((element, trigger) => { if (element.closest(selector)) work(element, trigger); });
