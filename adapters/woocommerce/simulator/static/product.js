// What a theme does: whoever chooses how many tells the widget beside the price.
const pieces = document.querySelector("input[name=quantity]");
pieces?.addEventListener("input", () => {
  document.querySelector("stammkunde-earn")?.setAttribute("quantity", pieces.value);
});
