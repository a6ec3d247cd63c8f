<?php
/**
 * Product, cart, checkout and thank-you page: templates/content-single-product.php, templates/cart/cart-totals.php,
 * templates/checkout/form-checkout.php, includes/shortcodes/class-wc-shortcode-checkout.php,
 * includes/class-wc-product-variable.php (get_available_variation).
 */

add_action(
	'init',
	static function () {
		register_post_type( 'product', array( 'public' => true, 'label' => 'Products', 'rewrite' => array( 'slug' => 'product' ) ) );
		register_post_type( 'product_variation', array( 'public' => false ) );
		add_shortcode( 'woocommerce_cart', 'imitated_cart' );
		add_shortcode( 'woocommerce_checkout', 'imitated_checkout' );
	}
);

add_action(
	'the_post',
	static function ( $post ) {
		$GLOBALS['product'] = 'product' === $post->post_type ? wc_get_product( $post->ID ) : null;
	}
);

add_filter(
	'the_content',
	static function ( $content ) {
		if ( ! is_singular( 'product' ) || ! in_the_loop() ) {
			return $content;
		}
		global $product;
		ob_start();
		echo '<div class="summary entry-summary"><p class="price">' . esc_html( $product->get_price() ) . '</p>';
		do_action( 'woocommerce_single_product_summary' );
		if ( $product->is_type( 'variable' ) ) {
			imitated_variations( $product );
		}
		echo '</div>';
		return ob_get_clean() . $content;
	}
);

/** templates/single-product/add-to-cart/variable.php: the data stands in an attribute, a script fires the events. */
function imitated_variations( $product ) {
	$data = array();
	foreach ( get_children( array( 'post_parent' => $product->get_id(), 'post_type' => 'product_variation', 'orderby' => 'ID', 'order' => 'ASC' ) ) as $post ) {
		$variation = wc_get_product( $post->ID );
		$said      = array( 'variation_id' => $post->ID, 'display_price' => (float) $variation->get_price() );
		$data[]    = apply_filters( 'woocommerce_available_variation', $said, $product, $variation );
	}
	wp_enqueue_script( 'jquery' );
	echo '<form class="variations_form cart" data-product_variations="' . esc_attr( wp_json_encode( $data ) ) . '"></form>';
}

function imitated_cart() {
	ob_start();
	echo '<div class="cart_totals"><h2>Cart totals</h2>';
	do_action( 'woocommerce_after_cart_totals' );
	echo '</div>';
	return ob_get_clean();
}

function imitated_checkout() {
	global $wp;
	ob_start();
	if ( isset( $wp->query_vars['order-received'] ) ) {
		imitated_thankyou( absint( $wp->query_vars['order-received'] ) );
	} else {
		do_action( 'woocommerce_before_checkout_form', null );
		echo '<form name="checkout" class="checkout woocommerce-checkout"></form>';
	}
	return ob_get_clean();
}

/** Without the right key the page thanks and says nothing else. */
function imitated_thankyou( int $id ) {
	$order = wc_get_order( $id );
	$key   = wp_unslash( $_GET['key'] ?? '' );
	echo '<p class="woocommerce-thankyou-order-received">Thank you. Your order has been received.</p>';
	if ( $order instanceof WC_Order && hash_equals( $order->get_order_key(), $key ) ) {
		do_action( 'woocommerce_thankyou', $order->get_id() );
	}
}

/** includes/wc-conditional-functions.php */
function is_order_received_page() {
	global $wp;
	return is_page( 'checkout' ) && isset( $wp->query_vars['order-received'] );
}
