/* packages/checkout/components/order-meta: a slot whose fills get the cart handed as properties. */
(function () {
	const { createSlotFill } = wp.components;
	const { Children, cloneElement, createElement } = wp.element;
	const { Fill, Slot } = createSlotFill("__experimentalOrderMeta");
	function ExperimentalOrderMeta({ children }) {
		return createElement(Fill, null, (given) => Children.map(children, (child) => cloneElement(child, given)));
	}
	ExperimentalOrderMeta.Slot = function () {
		return createElement(Slot, { fillProps: { cart: { total: 1999 }, extensions: {}, context: "woocommerce/cart" } });
	};
	window.wc = Object.assign(window.wc || {}, { blocksCheckout: { ExperimentalOrderMeta } });
})();
