<?php
/**
 * A cookie for whoever is logged in: it says "1" and nothing more, and the page's script may see that it is there.
 *
 * Pages come out of caches, so they cannot say whether somebody is logged in, and the login cookie is hidden from
 * scripts. Without this one every page of every guest would ask the server who is looking.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

const KNOWN = 'stammkunde_known';

add_action( 'set_logged_in_cookie', __NAMESPACE__ . '\\remember_login', 10, 2 );
add_action( 'clear_auth_cookie', __NAMESPACE__ . '\\forget_login' );
add_action( 'template_redirect', __NAMESPACE__ . '\\mend_login' );

/**
 * As long as the login itself; 0 until the browser closes.
 *
 * @param mixed $cookie  The login's own, which stays its secret.
 * @param mixed $expires A moment in seconds.
 */
function remember_login( $cookie, $expires = 0 ): void {
	if ( connected() ) {
		send_known( '1', is_numeric( $expires ) ? (int) $expires : 0 );
	}
}

function forget_login(): void {
	send_known( '', time() - YEAR_IN_SECONDS );
}

/** On a page only, not for an API: who logged in before this plugin came has none yet, and a stale one goes. */
function mend_login(): void {
	$known = isset( $_COOKIE[ KNOWN ] );
	if ( is_user_logged_in() && ! $known ) {
		remember_login( '' );
	} elseif ( $known && ! is_user_logged_in() ) {
		forget_login();
	}
}

function send_known( string $value, int $expires ): void {
	if ( headers_sent() ) {
		return; // the next page makes up for it
	}
	$whole = array(
		'expires'  => $expires,
		'path'     => COOKIEPATH ? COOKIEPATH : '/',
		'domain'   => (string) COOKIE_DOMAIN,
		'secure'   => is_ssl(),
		'httponly' => false,
		'samesite' => 'Lax',
	);
	setcookie( KNOWN, $value, $whole ); // phpcs:ignore Generic.PHP.ForbiddenFunctions.Found -- the one cookie there is
}
