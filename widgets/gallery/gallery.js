// Fills the gallery: one frame for each situation, because a page has one shop and one visitor.

const SITUATIONS = [
  "member", "warned", "zero", "shortfall", "guest", "not_joined", "waiting", "left", "ending",
  "ending-guest", "arriving", "slow", "error",
  "cut-off", "unauthorised", "config-error", "no-faq", "own-words", "long",
];
const asked = new URLSearchParams(location.search);
const query = `lang=${asked.get("lang") ?? "de"}&theme=${asked.get("theme") ?? "plain"}`;

for (const situation of SITUATIONS) {
  const item = document.createElement("li");
  const heading = document.createElement("h2");
  const frame = document.createElement("iframe");
  heading.textContent = frame.title = situation;
  frame.src = `/page/${situation}?${query}&widgets=balance,redeem,referral,faq`;
  item.append(heading, frame);
  document.querySelector("ul").append(item);
}
