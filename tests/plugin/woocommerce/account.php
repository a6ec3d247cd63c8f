<?php
/**
 * The customer's account and its endpoints: includes/class-wc-query.php, includes/wc-account-functions.php,
 * includes/wc-template-hooks.php (woocommerce_account_content), templates/myaccount/navigation.php.
 */

function imitated_query_vars(): array {
	return apply_filters( 'woocommerce_get_query_vars', array( 'orders' => 'orders', 'order-received' => 'order-received', 'customer-logout' => 'customer-logout' ) );
}

add_action(
	'init',
	static function () {
		foreach ( imitated_query_vars() as $variable ) {
			add_rewrite_endpoint( $variable, EP_ROOT | EP_PAGES );
		}
		add_shortcode( 'woocommerce_my_account', 'imitated_account' );
	}
);

add_filter(
	'query_vars',
	static function ( $known ) {
		return array_merge( $known, array_keys( imitated_query_vars() ) );
	}
);

function imitated_account() {
	if ( ! is_user_logged_in() ) {
		return '<p>Login</p>';
	}
	ob_start();
	echo '<nav class="woocommerce-MyAccount-navigation"><ul>';
	$items = array( 'dashboard' => 'Dashboard', 'orders' => 'Orders', 'customer-logout' => 'Log out' );
	foreach ( apply_filters( 'woocommerce_account_menu_items', $items, imitated_query_vars() ) as $endpoint => $label ) {
		$here = 'dashboard' === $endpoint ? '' : $endpoint . '/';
		echo '<li><a href="' . esc_url( home_url( '/my-account/' . $here ) ) . '">' . esc_html( $label ) . '</a></li>';
	}
	echo '</ul></nav><div class="woocommerce-MyAccount-content">';
	imitated_account_content();
	echo '</div>';
	return ob_get_clean();
}

/** The first query variable with an action counts. */
function imitated_account_content() {
	global $wp;
	foreach ( $wp->query_vars as $key => $value ) {
		if ( 'pagename' !== $key && has_action( 'woocommerce_account_' . $key . '_endpoint' ) ) {
			do_action( 'woocommerce_account_' . $key . '_endpoint', $value );
			return;
		}
	}
	echo '<p>Hello</p>';
}

/** includes/wc-page-functions.php: wc_page_endpoint_title */
add_filter(
	'the_title',
	static function ( $title ) {
		global $wp;
		foreach ( array_keys( imitated_query_vars() ) as $endpoint ) {
			if ( ! is_admin() && is_main_query() && in_the_loop() && is_page() && isset( $wp->query_vars[ $endpoint ] ) ) {
				return apply_filters( "woocommerce_endpoint_{$endpoint}_title", $title, $endpoint, '' );
			}
		}
		return $title;
	}
);
