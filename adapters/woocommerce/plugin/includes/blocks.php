<?php
/**
 * Blocks: four for the editor, drawn by the server, and one plugin for WooCommerce's cart and checkout blocks.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

add_action( 'init', __NAMESPACE__ . '\\register_blocks' );
add_action( 'woocommerce_blocks_cart_block_registration', __NAMESPACE__ . '\\join_checkout' );
add_action( 'woocommerce_blocks_checkout_block_registration', __NAMESPACE__ . '\\join_checkout' );
add_filter( 'render_block_woocommerce/cart', __NAMESPACE__ . '\\with_loader' );
add_filter( 'render_block_woocommerce/checkout', __NAMESPACE__ . '\\with_loader' );

function register_blocks(): void {
	$needs = array( 'wp-blocks', 'wp-block-editor', 'wp-components', 'wp-element' );
	wp_register_script( 'stammkunde-editor', plugins_url( 'assets/editor.js', FILE ), $needs, VERSION, true );
	$words = wp_json_encode( previews(), JSON_HEX_TAG );
	wp_add_inline_script( 'stammkunde-editor', "window.stammkundeBlocks = $words;", 'before' );
	foreach ( ELEMENTS as $name ) {
		register_block_type(
			dirname( FILE ) . '/blocks/' . $name,
			array(
				'render_callback' => static function () use ( $name ): string {
					return element( $name );
				},
			)
		);
	}
}

/** What the editor shows in place of something that only a customer sees. */
function previews(): array {
	return array(
		'balance'  => array(
			__( 'Points balance', 'stammkunde' ),
			__( 'Each customer sees their own points and how they came about here.', 'stammkunde' ),
		),
		'redeem'   => array(
			__( 'Redeem points', 'stammkunde' ),
			__( 'Each customer sees what their points can be had for here.', 'stammkunde' ),
		),
		'referral' => array(
			__( 'Personal link', 'stammkunde' ),
			__( 'Each customer sees their own link to pass on here.', 'stammkunde' ),
		),
		'faq'      => array(
			__( 'Questions about points', 'stammkunde' ),
			__( 'Everybody sees the questions and answers of your programme here.', 'stammkunde' ),
		),
	);
}

/**
 * @param mixed $registry WooCommerce's registry of integrations.
 */
function join_checkout( $registry ): void {
	if ( shows( 'cart' ) && $registry instanceof \Automattic\WooCommerce\Blocks\Integrations\IntegrationRegistry ) {
		require_once __DIR__ . '/class-checkout.php';
		$registry->register( new Checkout() );
	}
}

/**
 * The block's own script adds our element later, in the browser; the loader has to be there by then.
 *
 * @param mixed $html The block.
 * @return mixed
 */
function with_loader( $html ) {
	if ( shows( 'cart' ) ) {
		wp_enqueue_script( LOADER );
	}
	return $html;
}
