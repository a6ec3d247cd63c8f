<?php
/**
 * A must-use plugin: this shop talks to loopback only, and its language is what a test says.
 */

add_filter(
	'pre_http_request',
	static function ( $answer, $arguments, $url ) {
		$host = wp_parse_url( $url, PHP_URL_HOST );
		return '127.0.0.1' === $host ? $answer : new WP_Error( 'alone', "This shop asks nobody outside, and was about to ask $host." );
	},
	1,
	3
);

add_filter(
	'locale',
	static function ( $locale ) {
		return get_option( 'imitated_locale', $locale );
	}
);
add_filter( 'wp_mail', '__return_empty_array' );
add_filter( 'pre_wp_mail', '__return_true' );
