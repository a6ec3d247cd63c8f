<?php
/**
 * A plugin that listens to a hook which we never fire would look as if it worked, so that ends the request.
 */

const IMITATED_HOOKS = array(
	'woocommerce_account_content',
	'woocommerce_account_menu_items',
	'woocommerce_account_navigation',
	'woocommerce_account_stammkunde_endpoint',
	'woocommerce_after_cart_totals',
	'woocommerce_available_variation',
	'woocommerce_before_checkout_form',
	'woocommerce_blocks_cart_block_registration',
	'woocommerce_blocks_checkout_block_registration',
	'woocommerce_customer_email_verified',
	'woocommerce_email_after_order_table',
	'woocommerce_endpoint_stammkunde_title',
	'woocommerce_get_query_vars',
	'woocommerce_single_product_summary',
	'woocommerce_thankyou',
	'before_woocommerce_init',
	'wc_ajax_stammkunde_identity',
	'wc_ajax_stammkunde_order',
);

/** What is not imitated must not be used. */
function imitation_refuses( string $what ) {
	throw new RuntimeException( "The imitation of WooCommerce knows no $what." );
}

add_action(
	'wp_loaded',
	static function () {
		foreach ( array_keys( $GLOBALS['wp_filter'] ) as $hook ) {
			$theirs = preg_match( '/^(before_)?woocommerce_|^wc_ajax_/', $hook );
			if ( $theirs && ! in_array( $hook, IMITATED_HOOKS, true ) ) {
				imitation_refuses( "hook $hook" );
			}
		}
	},
	999
);
