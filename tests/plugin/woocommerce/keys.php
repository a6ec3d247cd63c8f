<?php
/**
 * Consumer keys: includes/class-wc-rest-authentication.php. They count on `wp-json/wc/` and `wp-json/wc-…`,
 * over TLS, and a key that may only read changes nothing.
 */

function imitated_is_rest_request(): bool {
	$prefix = trailingslashit( rest_get_url_prefix() );
	$asked  = esc_url_raw( wp_unslash( $_SERVER['REQUEST_URI'] ?? '' ) );
	return false !== strpos( $asked, $prefix . 'wc/' ) || false !== strpos( $asked, $prefix . 'wc-' );
}

function imitated_key(): ?array {
	$keys = get_option( 'imitated_keys', array() );
	$key  = $keys[ $_SERVER['PHP_AUTH_USER'] ?? '' ] ?? null;
	$same = $key && hash_equals( $key['secret'], $_SERVER['PHP_AUTH_PW'] ?? '' );
	$tls  = is_ssl() || get_option( 'imitated_tls' ); // a test that cannot end TLS says that somebody does
	return $same && $tls && imitated_is_rest_request() ? $key : null;
}

add_filter(
	'determine_current_user',
	static function ( $user_id ) {
		$key = $user_id ? null : imitated_key();
		return $key ? $key['user'] : $user_id;
	},
	15
);

add_filter(
	'rest_authentication_errors',
	static function ( $error ) {
		return $error ?? ( imitated_key() ? true : null );
	},
	15
);

add_filter(
	'rest_pre_dispatch',
	static function ( $result, $server, $request ) {
		$key = imitated_key();
		if ( $key && 'read' === $key['permissions'] && ! in_array( $request->get_method(), array( 'GET', 'HEAD', 'OPTIONS' ), true ) ) {
			return new WP_Error( 'woocommerce_rest_authentication_error', 'The API key provided does not have write permissions.', array( 'status' => 401 ) );
		}
		return $result;
	},
	10,
	3
);
