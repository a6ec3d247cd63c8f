/* Puts <stammkunde-redeem> under the totals of WooCommerce's cart and checkout blocks. */
(function () {
	"use strict";
	const { wp, wc } = window;
	if (!wp || !wp.plugins || !wp.element || !wc || !wc.blocksCheckout || !wc.blocksCheckout.ExperimentalOrderMeta) {
		return;
	}
	const { createElement } = wp.element;
	// WooCommerce hands the cart to whatever lies in the slot; this keeps it away from the element.
	function Redeem() {
		return createElement("div", { className: "wc-block-components-totals-wrapper" }, createElement("stammkunde-redeem", { "members-only": "" }));
	}
	wp.plugins.registerPlugin("stammkunde", {
		scope: "woocommerce-checkout",
		render: function () {
			return createElement(wc.blocksCheckout.ExperimentalOrderMeta, null, createElement(Redeem));
		},
	});
})();
