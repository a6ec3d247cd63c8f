<?php
/**
 * The tab in the customer's account. It must never be a 404, and nobody must have to save permalinks for it.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

const TAB     = 'stammkunde';
const FLUSHED = 'stammkunde_flushed';

add_action( 'init', __NAMESPACE__ . '\\register_tab' );
add_action( 'wp_loaded', __NAMESPACE__ . '\\mend_rules' );
add_filter( 'woocommerce_get_query_vars', __NAMESPACE__ . '\\with_tab' );
add_filter( 'woocommerce_account_menu_items', __NAMESPACE__ . '\\with_menu_item' );
add_filter( 'woocommerce_endpoint_' . TAB . '_title', __NAMESPACE__ . '\\tab_title' );
add_action( 'woocommerce_account_' . TAB . '_endpoint', __NAMESPACE__ . '\\show_tab' );

function register_tab(): void {
	add_rewrite_endpoint( TAB, EP_ROOT | EP_PAGES );
}

/**
 * So that WooCommerce knows which page of the account this is.
 *
 * @param mixed $known The account's pages.
 * @return mixed
 */
function with_tab( $known ) {
	return is_array( $known ) ? $known + array( TAB => TAB ) : $known;
}

/**
 * Another theme, a restored backup or another plugin may have stored rules without ours; writing them anew
 * is dear, so only when ours are missing, and at most once an hour where something keeps throwing them out.
 */
function mend_rules(): void {
	$rules = get_option( 'rewrite_rules' );
	if ( ! is_array( $rules ) || array() === $rules || has_tab( $rules ) || get_transient( FLUSHED ) ) {
		return;
	}
	set_transient( FLUSHED, '1', HOUR_IN_SECONDS );
	flush_rewrite_rules( false );
}

function has_tab( array $rules ): bool {
	foreach ( $rules as $leads_to ) {
		if ( false !== strpos( (string) $leads_to, '&' . TAB . '=' ) ) {
			return true;
		}
	}
	return false;
}

/**
 * Before "log out", which people look for at the end.
 *
 * @param mixed $items The account's menu.
 * @return mixed
 */
function with_menu_item( $items ) {
	if ( ! is_array( $items ) || ! shows( 'account' ) ) {
		return $items;
	}
	$last = array_intersect_key( $items, array( 'customer-logout' => '' ) );
	return array_diff_key( $items, $last ) + array( TAB => tab_title() ) + $last;
}

function tab_title(): string {
	return __( 'Points', 'stammkunde' );
}

function show_tab(): void {
	if ( shows( 'account' ) ) {
		echo '<div class="stammkunde-account">' . element( 'balance' ) . element( 'redeem' ) . element( 'referral' ) . element( 'faq' ) . '</div>';
	}
}
