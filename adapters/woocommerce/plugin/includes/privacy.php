<?php
/**
 * WordPress' own tools for "what do you know about me" and "forget me", passed on to the connector.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

add_filter( 'wp_privacy_personal_data_exporters', __NAMESPACE__ . '\\with_exporter' );
add_filter( 'wp_privacy_personal_data_erasers', __NAMESPACE__ . '\\with_eraser' );
add_action( 'admin_init', __NAMESPACE__ . '\\suggest_policy' );
add_filter( 'wp_consent_api_registered_' . plugin_basename( FILE ), '__return_true' );
add_action( 'init', __NAMESPACE__ . '\\declare_cookie' );

/** To plugins that ask for consent, by WP Consent API's own function: the one cookie there is, and what it is for. */
function declare_cookie(): void {
	if ( function_exists( 'wp_add_cookie_info' ) ) {
		$purpose = __( 'Says that somebody is logged in, and nothing more, so that pages of guests need not ask.', 'stammkunde' );
		wp_add_cookie_info( KNOWN, 'Stammkunde', 'functional', __( 'As long as the login', 'stammkunde' ), $purpose );
	}
}

/**
 * @param mixed $exporters What others can tell.
 * @return mixed
 */
function with_exporter( $exporters ) {
	$ours = array(
		'exporter_friendly_name' => __( 'Points', 'stammkunde' ),
		'callback'               => __NAMESPACE__ . '\\export',
	);
	return is_array( $exporters ) ? array( 'stammkunde' => $ours ) + $exporters : $exporters;
}

/**
 * @param mixed $erasers What others can forget.
 * @return mixed
 */
function with_eraser( $erasers ) {
	$ours = array(
		'eraser_friendly_name' => __( 'Points', 'stammkunde' ),
		'callback'             => __NAMESPACE__ . '\\erase',
	);
	return is_array( $erasers ) ? array( 'stammkunde' => $ours ) + $erasers : $erasers;
}

/** @return array|\WP_Error An error stops the export: half a report must not look like a whole one. */
function export( string $email, int $page = 1 ) {
	if ( ! connected() ) {
		return exported( array() );
	}
	$answer = ask_about( 'export', $email );
	if ( ! isset( $answer['groups'] ) || ! is_array( $answer['groups'] ) ) {
		return new \WP_Error( 'stammkunde_silent', __( 'The points could not be asked for, because the connector does not answer. Try again later.', 'stammkunde' ) );
	}
	return exported( array_map( __NAMESPACE__ . '\\as_group', $answer['groups'], array_keys( $answer['groups'] ) ) );
}

function exported( array $data ): array {
	return array(
		'data' => $data,
		'done' => true,
	);
}

/**
 * @param mixed $group One of the connector's groups.
 * @param mixed $number Its place.
 */
function as_group( $group, $number ): array {
	$name  = is_array( $group ) ? text_of( $group['name'] ?? '' ) : '';
	$items = is_array( $group ) && is_array( $group['items'] ?? null ) ? $group['items'] : array();
	return array(
		'group_id'    => 'stammkunde-' . (int) $number,
		'group_label' => '' === $name ? __( 'Points', 'stammkunde' ) : $name,
		'item_id'     => 'stammkunde-' . (int) $number,
		'data'        => array_map( __NAMESPACE__ . '\\as_item', array_values( array_filter( $items, 'is_array' ) ) ),
	);
}

function as_item( array $item ): array {
	return array(
		'name'  => text_of( $item['name'] ?? '' ),
		'value' => text_of( $item['value'] ?? '' ),
	);
}

/**
 * WordPress prints these into a page and lets links through; from us they are words only.
 *
 * @param mixed $said Anything.
 */
function text_of( $said ): string {
	return is_scalar( $said ) ? esc_html( (string) $said ) : '';
}

/** Success is only what the connector said; whatever else happened, something was kept. */
function erase( string $email, int $page = 1 ): array {
	if ( ! connected() ) {
		return erased( false, array() );
	}
	$answer = ask_about( 'erase', $email );
	if ( ! is_int( $answer['erased'] ?? null ) || ! is_array( $answer['kept'] ?? null ) ) {
		return erased( false, array( __( 'The points were not erased, because the connector does not answer. Try again later.', 'stammkunde' ) ) );
	}
	return erased( $answer['erased'] > 0, array_map( __NAMESPACE__ . '\\text_of', array_values( $answer['kept'] ) ) );
}

function erased( bool $removed, array $kept ): array {
	return array(
		'items_removed'  => $removed,
		'items_retained' => array() !== $kept,
		'messages'       => $kept,
		'done'           => true,
	);
}

/** Asked with a token that no browser ever gets. */
function ask_about( string $what, string $email ): array {
	return ask( 'POST', '/privacy/' . $what, token( array( 'email' => $email ), 'stammkunde-server' ) ) ?? array();
}

/** A text to copy, in the guide that WordPress keeps for the privacy policy. */
function suggest_policy(): void {
	$said = array(
		__( 'Our loyalty programme runs on a server of our own. When you log in or place an order, it learns your customer number, your e-mail address and your orders, to work out your points.', 'stammkunde' ),
		__( 'Your browser asks this server for your points. While you are logged in, one cookie says so to our pages; it names nobody and goes when you log out. Nothing else is stored in your browser for this.', 'stammkunde' ),
		__( 'You can ask us at any time what is stored about you there, or have it erased.', 'stammkunde' ),
	);
	wp_add_privacy_policy_content( 'Stammkunde', '<p>' . implode( '</p><p>', array_map( 'esc_html', $said ) ) . '</p>' );
}
