<?php
/**
 * Where in the shop something of ours is, each place with a switch of the merchant's.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

const PLACES = 'stammkunde_places';

/** Every place, and whether it is on before the merchant has said anything. */
const USUAL = array(
	'account'  => true,
	'product'  => true,
	'cart'     => true,
	'thankyou' => true,
	'mail'     => true,
	'launcher' => false,
);

add_action( 'woocommerce_after_cart_totals', __NAMESPACE__ . '\\show_redeem' );
// Before the form: in it, a button could be taken for one that orders.
add_action( 'woocommerce_before_checkout_form', __NAMESPACE__ . '\\show_redeem', 15 );
add_action( 'woocommerce_thankyou', __NAMESPACE__ . '\\show_order' );
add_action( 'wp_footer', __NAMESPACE__ . '\\show_launcher', 5 );

/** Connected, and the merchant wants something there. */
function shows( string $place ): bool {
	return connected() && places()[ $place ];
}

/** @return array<string, bool> */
function places(): array {
	$kept = get_option( PLACES );
	$said = array_intersect_key( is_array( $kept ) ? $kept : array(), USUAL );
	return array_map( 'boolval', $said ) + USUAL;
}

function show_redeem(): void {
	if ( shows( 'cart' ) ) {
		echo element( 'redeem', array( 'members-only' => '' ) );
	}
}

/**
 * The order's key stands in the address of this very page, so it may stand in it; no cache keeps the page.
 *
 * @param mixed $order_id WooCommerce's own number, or nothing for an order that is gone.
 */
function show_order( $order_id ): void {
	$order = shows( 'thankyou' ) ? wc_get_order( $order_id ) : null;
	if ( $order instanceof \WC_Order && '' !== (string) $order->get_order_key() ) {
		echo element(
			'order',
			array(
				'order' => $order->get_id(),
				'key'   => $order->get_order_key(),
			)
		);
	}
}

function show_launcher(): void {
	if ( shows( 'launcher' ) ) {
		echo element( 'launcher' );
	}
}
