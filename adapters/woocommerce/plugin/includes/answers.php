<?php
/**
 * What the browser asks the shop for: tokens, for this page only and kept by nobody.
 *
 * Over `wc-ajax`, because there the login cookie counts without a nonce, and a nonce in a cached page goes stale.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

add_action( 'wc_ajax_stammkunde_identity', __NAMESPACE__ . '\\answer_identity' );
add_action( 'wc_ajax_stammkunde_order', __NAMESPACE__ . '\\answer_order' );

function answer_identity(): void {
	only_for_this_page();
	$user = wp_get_current_user();
	if ( ! connected() || 0 === $user->ID ) {
		wp_send_json( array( 'guest' => true ) );
	}
	wp_send_json( array( 'token' => token( customer_claims( $user ) ) ) );
}

function answer_order(): void {
	only_for_this_page();
	$order = proven_order();
	if ( ! connected() || null === $order ) {
		wp_send_json( array( 'guest' => true ), 403 );
	}
	wp_send_json( array( 'token' => token( order_claims( $order, wp_get_current_user() ) ) ) );
}

/** The order whose key was shown. The key is the proof, as on WooCommerce's own thank-you page. */
function proven_order(): ?\WC_Order {
	$number = asked( 'order' );
	$order  = ctype_digit( $number ) ? wc_get_order( (int) $number ) : null;
	if ( ! $order instanceof \WC_Order ) {
		return null; // nothing, or a refund, which is an order to WooCommerce too
	}
	$key = (string) $order->get_order_key();
	// An order that was made by hand may have no key; no key opens nothing.
	return '' !== $key && hash_equals( $key, asked( 'key' ) ) ? $order : null;
}

/** Reading only, so there is no nonce: the proof is the login or the order's key. */
function asked( string $name ): string {
	return isset( $_GET[ $name ] ) && is_string( $_GET[ $name ] ) ? sanitize_text_field( wp_unslash( $_GET[ $name ] ) ) : '';
}

/** GET only; no cache keeps it, no other origin reads it: WooCommerce's own header for origins goes. */
function only_for_this_page(): void {
	defined( 'DONOTCACHEPAGE' ) || define( 'DONOTCACHEPAGE', true );
	header_remove( 'Access-Control-Allow-Origin' );
	header_remove( 'Access-Control-Allow-Credentials' );
	// WordPress sends its own words again when the answer ends, and WooCommerce's leave out `private`.
	add_filter( 'nocache_headers', __NAMESPACE__ . '\\kept_by_nobody', PHP_INT_MAX );
	nocache_headers();
	header( 'Cross-Origin-Resource-Policy: same-origin' );
	header( 'Vary: Cookie' );
	if ( 'GET' !== ( $_SERVER['REQUEST_METHOD'] ?? '' ) ) {
		header( 'Allow: GET' );
		wp_send_json( array( 'message' => __( 'Please ask with GET.', 'stammkunde' ) ), 405 );
	}
}

/** @param mixed $headers What WordPress would say. */
function kept_by_nobody( $headers ): array {
	return array( 'Cache-Control' => 'no-store, private' ) + ( is_array( $headers ) ? $headers : array() );
}

/** Where the browser asks: an address within the shop, also where the shop lives in a folder. */
function ask_address( string $action ): string {
	return add_query_arg( 'wc-ajax', $action, home_url( '/', 'relative' ) );
}
