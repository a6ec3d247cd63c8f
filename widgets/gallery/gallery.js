// Fills the gallery: one frame for each state, because a page has one shop and one visitor.

const ACCOUNT = "balance,redeem,referral,faq";
const STATES = [
  ...[
    "member", "warned", "zero", "shortfall", "guest", "not_joined", "waiting", "left", "ending",
    "ending-guest", "arriving", "slow", "error",
    "cut-off", "unauthorised", "config-error", "no-faq", "own-words", "long",
  ].map((situation) => [situation, ACCOUNT]),
  ["member", "earn"],
  ["config-slow", "earn"],
  ["config-error", "earn"],
  ["ending", "earn"],
  ["unpriced", "earn"],
  ["unpriced", "earn", "#ask"],
  ["unpriced-slow", "earn", "#ask"],
  ["unpriced-error", "earn", "#ask"],
  ["member", "order"],
  ["order-given", "order"],
  ["order-waiting", "order"],
  ["order-later", "order"],
  ["order-slow", "order"],
  ["order-nothing", "order"],
  ["order-error", "order"],
  ["long", "order,earn"],
  ["member", "faq", "#open"],
  ["member", "faq", "#open,#send"],
  ["guest", "faq", "#open"],
  ["member", "launcher"],
  ["member", "launcher", "#launch"],
  ["guest", "launcher", "#launch"],
  ["slow", "launcher", "#launch"],
  ["error", "launcher", "#launch"],
  ["long", "launcher", "#launch"],
];
const asked = new URLSearchParams(location.search);
const query = `lang=${asked.get("lang") ?? "de"}&theme=${asked.get("theme") ?? "plain"}`;
document.documentElement.classList.toggle("narrow", asked.has("narrow"));

for (const link of document.querySelectorAll("a")) {
  const wanted = new URLSearchParams(location.search);
  for (const [name, value] of new URLSearchParams(link.search)) wanted.set(name, value);
  link.search = wanted;
}

for (const [situation, widgets, press = ""] of STATES) {
  const item = document.createElement("li");
  const heading = document.createElement("h2");
  const frame = document.createElement("iframe");
  const name = widgets === ACCOUNT ? "account" : widgets;
  heading.textContent = frame.title = [situation, name, press && `${press} pressed`].filter(Boolean).join(" · ");
  frame.src = `/page/${situation}?${query}&widgets=${widgets}&press=${encodeURIComponent(press)}`;
  item.append(heading, frame);
  document.querySelector("ul").append(item);
}
