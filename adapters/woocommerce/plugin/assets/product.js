/* A variation was chosen: our element learns its two prices. WooCommerce tells it through jQuery events only. */
(function () {
	"use strict";
	const { jQuery } = window;
	const earn = document.querySelector("stammkunde-earn");
	if (!jQuery || !earn) {
		return;
	}
	const first = { gross: earn.getAttribute("gross"), net: earn.getAttribute("net") };
	function show(prices) {
		earn.setAttribute("gross", String(prices.gross));
		earn.setAttribute("net", String(prices.net));
	}
	jQuery(document).on("found_variation", ".variations_form", function (event, variation) {
		if (variation && variation.stammkunde) {
			show(variation.stammkunde);
		}
	});
	jQuery(document).on("reset_data", ".variations_form", function () {
		show(first);
	});
})();
