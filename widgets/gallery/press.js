// Presses what the gallery wants to see open, one after the other, as soon as it is there.

const wanted = document.currentScript.dataset.press.split(",");

function find(selector, root) {
  const found = root.querySelector(selector);
  if (found) return found;
  for (const host of root.querySelectorAll("*")) {
    const inside = host.shadowRoot && find(selector, host.shadowRoot);
    if (inside) return inside;
  }
  return null;
}

const looking = setInterval(() => {
  const node = find(wanted[0], document);
  if (!node) return;
  node.click();
  wanted.shift();
  if (!wanted.length) clearInterval(looking);
}, 50);
