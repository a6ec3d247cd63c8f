<?php
/**
 * What a product would bring: its two prices in minor units, for an element that does the asking.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

/** ISO 4217; every other currency has two digits, whatever the shop shows. */
const DIGITS = array(
	0 => array( 'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF' ),
	3 => array( 'BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND' ),
);

add_action( 'woocommerce_single_product_summary', __NAMESPACE__ . '\\show_earn', 15 );
add_filter( 'woocommerce_available_variation', __NAMESPACE__ . '\\with_prices', 10, 3 );

/** Below the price. A product that is sold elsewhere, or has no price, brings nothing here. */
function show_earn(): void {
	global $product;
	if ( ! shows( 'product' ) || ! $product instanceof \WC_Product ) {
		return;
	}
	if ( ! $product->is_purchasable() || '' === $product->get_price() || $product->is_type( 'external' ) ) {
		return;
	}
	if ( $product->is_type( 'variable' ) ) {
		wp_enqueue_script( 'stammkunde-product' );
	}
	$about = array( 'product' => $product->get_id() ) + prices( $product );
	echo element( 'earn', $about + array( 'currency' => get_woocommerce_currency() ) );
}

/**
 * WooCommerce puts this into the page for its own script, and hands it to ours when a variation is chosen.
 *
 * @param mixed $data      What is said about the variation; another plugin may have said false.
 * @param mixed $parent    The product.
 * @param mixed $variation The variation.
 * @return mixed
 */
function with_prices( $data, $parent, $variation ) {
	if ( is_array( $data ) && $variation instanceof \WC_Product && shows( 'product' ) ) {
		$data['stammkunde'] = prices( $variation );
	}
	return $data;
}

/** @return array{gross: int, net: int} */
function prices( \WC_Product $product ): array {
	return array(
		'gross' => minor( wc_get_price_including_tax( $product ) ),
		'net'   => minor( wc_get_price_excluding_tax( $product ) ),
	);
}

/** @param float|string $amount WooCommerce computes prices in floats. */
function minor( $amount ): int {
	$currency = get_woocommerce_currency();
	foreach ( DIGITS as $digits => $currencies ) {
		if ( in_array( $currency, $currencies, true ) ) {
			return (int) round( (float) $amount * 10 ** $digits );
		}
	}
	return (int) round( (float) $amount * 100 );
}
