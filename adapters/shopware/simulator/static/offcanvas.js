// What Shopware's own storefront does: the cart opens at the side, and so it does after something was laid in.
// Without this script the same links and forms lead to the full cart.
const side = document.querySelector("dialog.offcanvas");
const link = document.querySelector("[data-offcanvas]");

async function open(answer) {
  const part = new DOMParser().parseFromString(await (await answer).text(), "text/html");
  side.replaceChildren(...part.body.childNodes);
  const count = side.querySelector(".count");
  if (count) link.querySelector(".count").textContent = count.textContent;
  if (!side.open) side.showModal();
}

link.addEventListener("click", (press) => {
  if (press.metaKey || press.ctrlKey || location.pathname.endsWith("/checkout/cart")) return;
  press.preventDefault();
  open(fetch(link.dataset.offcanvas));
});

for (const form of document.querySelectorAll("form[data-add]"))
  form.addEventListener("submit", (sent) => {
    sent.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    body.set("redirectTo", "frontend.cart.offcanvas");
    open(fetch(form.action, { method: "POST", body }));
  });

side.addEventListener("click", (press) => {
  if (press.target === side) side.close();
});
