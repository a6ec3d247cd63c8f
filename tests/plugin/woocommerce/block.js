/* The block itself: totals, the slot below them, and every plugin of the scope. */
(function () {
	const { createElement, createRoot } = wp.element;
	const { SlotFillProvider } = wp.components;
	for (const place of document.querySelectorAll("[class^=wp-block-woocommerce-]")) {
		createRoot(place).render(
			createElement(
				SlotFillProvider,
				null,
				createElement("p", null, "Total"),
				createElement(wc.blocksCheckout.ExperimentalOrderMeta.Slot),
				createElement(wp.plugins.PluginArea, { scope: "woocommerce-checkout" })
			)
		);
	}
})();
