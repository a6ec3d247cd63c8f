<?php
/**
 * What the buttons of the settings page do. Each asks first who presses, and whether on that page.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

add_action( 'admin_post_stammkunde_connect', __NAMESPACE__ . '\\act_connect' );
add_action( 'admin_post_stammkunde_disconnect', __NAMESPACE__ . '\\act_disconnect' );
add_action( 'admin_post_stammkunde_save', __NAMESPACE__ . '\\act_save' );

/** Leads to the connector. This server asks nobody anything; the merchant's browser goes there. */
function act_connect(): void {
	current_user_can( 'manage_woocommerce' ) || refuse();
	check_admin_referer( 'stammkunde_connect' );
	$known = known_connector();
	if ( '' !== $known['link'] ) {
		leave_for( $known['link'] );
	}
	$typed     = '' === $known['connector'];
	$connector = $typed ? untrailingslashit( trim( posted( 'connector' ) ) ) : $known['connector'];
	$shop      = $typed ? trim( posted( 'shop' ) ) : $known['shop'];
	if ( ! is_address( $connector ) ) {
		return_to_page( 'address' );
	}
	if ( ! is_slug( $shop ) ) {
		return_to_page( 'slug' );
	}
	leave_for( $connector . '/connect/woocommerce/companion/' . $shop );
}

function act_disconnect(): void {
	current_user_can( 'manage_woocommerce' ) || refuse();
	check_admin_referer( 'stammkunde_disconnect' );
	disconnect();
	return_to_page( 'parted' );
}

function act_save(): void {
	current_user_can( 'manage_woocommerce' ) || refuse();
	check_admin_referer( 'stammkunde_save' );
	$ticked = isset( $_POST['places'] ) && is_array( $_POST['places'] ) ? array_map( 'sanitize_key', array_filter( wp_unslash( $_POST['places'] ), 'is_string' ) ) : array();
	$places = array();
	foreach ( USUAL as $place => $usual ) {
		$places[ $place ] = in_array( $place, $ticked, true );
	}
	update_option( PLACES, $places );
	return_to_page( 'saved' );
}

function refuse(): void {
	wp_die( esc_html__( 'Only who manages the shop may do this.', 'stammkunde' ), '', array( 'response' => 403 ) );
}

/** Called behind the nonce only. */
function posted( string $name ): string {
	return isset( $_POST[ $name ] ) && is_string( $_POST[ $name ] ) ? sanitize_text_field( wp_unslash( $_POST[ $name ] ) ) : '';
}

/** @return never */
function return_to_page( string $told ): void {
	wp_safe_redirect( page_address( $told ) );
	exit;
}

/**
 * To the connector, which is another host by nature; checked by `is_address` before.
 *
 * @return never
 */
function leave_for( string $address ): void {
	nocache_headers();
	wp_redirect( $address );
	exit;
}
