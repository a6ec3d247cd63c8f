<?php
/**
 * Our elements as text, and the shortcodes. An element says nothing about a person.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

const ELEMENTS = array( 'balance', 'redeem', 'referral', 'faq' );

add_action( 'init', __NAMESPACE__ . '\\register_shortcodes' );

/** Nothing where nothing is connected. Escaped here; names are our own words. */
function element( string $name, array $attributes = array() ): string {
	if ( ! connected() ) {
		return '';
	}
	wp_enqueue_script( LOADER );
	$said = '';
	foreach ( $attributes as $key => $value ) {
		$said .= ' ' . esc_attr( $key ) . '="' . esc_attr( (string) $value ) . '"';
	}
	return '<stammkunde-' . esc_attr( $name ) . $said . '></stammkunde-' . esc_attr( $name ) . '>';
}

/** `[stammkunde-balance]` and so on, for whoever builds pages without blocks. */
function register_shortcodes(): void {
	foreach ( ELEMENTS as $name ) {
		add_shortcode(
			'stammkunde-' . $name,
			static function () use ( $name ): string {
				return element( $name );
			}
		);
	}
}
