<?php
/**
 * The three things the connector gave us, and the shop's address as it knows it; nothing else is believed.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

const CONNECTION = 'stammkunde_connection';

/**
 * The connection, or an empty array; without WooCommerce there is no shop to connect. What another plugin or a restored backup wrote into the option
 * is checked like what arrives: half a connection is none.
 */
function connection(): array {
	$kept = class_exists( 'WooCommerce', false ) ? get_option( CONNECTION ) : null;
	return is_array( $kept ) && '' === problem( $kept ) ? $kept : array();
}

function connected(): bool {
	return array() !== connection();
}

/** Keeps a connection that has no problem. Not loaded on every page: a secret stays out of caches of all options. */
function connect( array $given ): void {
	$kept = array();
	foreach ( array( 'connector', 'shop', 'secret', 'url' ) as $name ) {
		$kept[ $name ] = untrailingslashit( $given[ $name ] );
	}
	update_option( CONNECTION, $kept, false );
}

function disconnect(): void {
	delete_option( CONNECTION );
}

/**
 * Why this is no connection, in a sentence; empty where it is one.
 *
 * @param mixed $given What arrived.
 */
function problem( $given ): string {
	if ( ! is_array( $given ) ) {
		return __( 'A connection is an object with connector, shop, secret and url.', 'stammkunde' );
	}
	foreach ( array( 'connector', 'shop', 'secret', 'url' ) as $name ) {
		if ( ! isset( $given[ $name ] ) || ! is_string( $given[ $name ] ) ) {
			/* translators: %s: the name of a field */
			return sprintf( __( 'The connection has no text named %s.', 'stammkunde' ), $name );
		}
	}
	if ( ! is_address( $given['connector'] ) ) {
		return __( 'The connector needs an https address (http only for localhost and 127.0.0.1).', 'stammkunde' );
	}
	if ( ! is_slug( $given['shop'] ) ) {
		return __( 'The shop’s short name has small letters, digits and hyphens, at most 40.', 'stammkunde' );
	}
	if ( ! preg_match( '/\A[\x21-\x7e]{32,256}\z/', $given['secret'] ) ) {
		return __( 'The secret needs 32 to 256 visible characters.', 'stammkunde' );
	}
	if ( ! is_address( $given['url'] ) ) {
		return __( 'The shop needs an https address (http only for localhost and 127.0.0.1).', 'stammkunde' );
	}
	return '';
}

/** An origin, perhaps with a folder; no name, no query, nothing that could leave an attribute. */
function is_address( string $address ): bool {
	$host = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*';
	$rest = '(?::(?P<port>[1-9][0-9]{0,4}))?(?:/[A-Za-z0-9._~-]+)*/?';
	$form = "#\\A(?:https://{$host}|http://(?:localhost|127\\.0\\.0\\.1)){$rest}\\z#";
	return strlen( $address ) <= 200 && 1 === preg_match( $form, $address, $found )
		&& (int) ( $found['port'] ?? 0 ) <= 65535;
}

function is_slug( string $slug ): bool {
	return 1 === preg_match( '/\A[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\z/', $slug );
}

/**
 * Where Connect leads without asking: to where the shop is connected, else to where the package came from.
 * A package that names neither shop nor link knows too little.
 */
function known_connector(): array {
	$kept = connection();
	if ( array() !== $kept ) {
		return array( 'link' => '' ) + $kept;
	}
	$packaged = packaged();
	return '' === $packaged['shop'] . $packaged['link'] ? array( 'connector' => '' ) + $packaged : $packaged;
}

/**
 * What the package itself says about the connector, from connection.json beside the main file.
 *
 * @return array{connector: string, shop: string, link: string} Empty texts where it says nothing usable.
 */
function packaged(): array {
	$file = dirname( FILE ) . '/connection.json';
	// A file of our own package, so no remote request.
	$said = is_readable( $file ) ? json_decode( (string) file_get_contents( $file ), true ) : null;
	$said = array_filter( is_array( $said ) ? $said : array(), 'is_string' );
	$home = is_address( $said['connector'] ?? '' ) ? untrailingslashit( $said['connector'] ) : '';
	$link = $said['link'] ?? '';
	// A link elsewhere than at the connector is none of its links.
	$ours = '' !== $home && 0 === strpos( $link, $home . '/' ) && 1 === preg_match( '/\A[\x21-\x7e]{1,2000}\z/', $link );
	return array(
		'connector' => $home,
		'shop'      => is_slug( $said['shop'] ?? '' ) ? $said['shop'] : '',
		'link'      => $ours ? $link : '',
	);
}
