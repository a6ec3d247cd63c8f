<?php
/**
 * `?wc-ajax=…`: includes/class-wc-ajax.php, with the headers that it sends before any answer.
 */

add_action(
	'init',
	static function () {
		if ( ! empty( $_GET['wc-ajax'] ) ) {
			define( 'DOING_AJAX', true );
			define( 'WC_DOING_AJAX', true );
		}
	},
	0
);

// includes/class-wc-cache-helper.php: additional_nocache_headers
add_filter(
	'nocache_headers',
	static function ( $headers ) {
		$headers['Cache-Control'] = 'no-transform, no-cache, no-store, must-revalidate';
		return $headers;
	}
);

add_action(
	'template_redirect',
	static function () {
		$action = sanitize_text_field( wp_unslash( $_GET['wc-ajax'] ?? '' ) );
		if ( ! $action ) {
			return;
		}
		if ( ! headers_sent() ) {
			send_origin_headers(); // WooCommerce does this: the shop's own other scheme gets CORS headers
			send_nosniff_header();
			nocache_headers();
			header( 'Content-Type: text/html; charset=UTF-8' );
			header( 'X-Robots-Tag: noindex' );
			status_header( 200 );
		}
		if ( ! has_action( 'wc_ajax_' . $action ) ) {
			imitation_refuses( "wc-ajax=$action" );
		}
		do_action( 'wc_ajax_' . $action );
		wp_die();
	},
	0
);
