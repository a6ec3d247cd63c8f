<?php
/**
 * Tokens: who is logged in, or whose order it is, signed for five minutes. They never stand in a page.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

const LIFETIME = 300;
const VERIFIED = '_stammkunde_verified';

add_action( 'woocommerce_customer_email_verified', __NAMESPACE__ . '\\remember_verified' );

/** A JWS (HS256) of these claims, for the connection there is. */
function token( array $claims, string $audience = 'stammkunde' ): string {
	$kept   = connection();
	$now    = time();
	$always = array(
		'iss' => $kept['url'],
		'aud' => $audience,
		'iat' => $now,
		'exp' => $now + LIFETIME,
		'jti' => bin2hex( random_bytes( 16 ) ),
	);
	$head   = array(
		'alg' => 'HS256',
		'typ' => 'JWT',
	);
	$signed = part( wp_json_encode( $head ) ) . '.' . part( wp_json_encode( $always + $claims ) );
	return $signed . '.' . part( hash_hmac( 'sha256', $signed, $kept['secret'], true ) );
}

function part( string $raw ): string {
	return rtrim( strtr( base64_encode( $raw ), '+/', '-_' ), '=' );
}

/** What is said about an account. */
function customer_claims( \WP_User $user ): array {
	return array(
		'sub'            => (string) $user->ID,
		'email'          => $user->user_email,
		'email_verified' => is_verified( $user ),
	);
}

/**
 * What is said about an order: its number, and its buyer only where the buyer is the one who asks.
 * Whoever has merely been forwarded the link learns of the order's points, not whose they are.
 */
function order_claims( \WC_Order $order, \WP_User $user ): array {
	$claims = array( 'order' => (string) $order->get_id() );
	$mine   = 0 !== $user->ID && $order->get_customer_id() === $user->ID;
	return $mine ? $claims + customer_claims( $user ) : $claims;
}

/**
 * A verified address claims what was ordered under it as a guest, so only proof counts. Registering,
 * ordering and logging in prove nothing about an address: WooCommerce lets anybody type any. Since 11.0
 * it can send a code or link to the address and then fires this action; before, nobody is verified,
 * which is also how the connector reads customers over the API.
 *
 * @param mixed $user_id Anybody may fire the action with anything.
 */
function remember_verified( $user_id ): void {
	$user = get_userdata( absint( is_scalar( $user_id ) ? $user_id : 0 ) );
	if ( $user ) {
		update_user_meta( $user->ID, VERIFIED, mark_of( $user->user_email ) );
	}
}

/** The address that was proven must still be the account's. */
function is_verified( \WP_User $user ): bool {
	$mark = get_user_meta( $user->ID, VERIFIED, true );
	return is_string( $mark ) && '' !== $mark && hash_equals( mark_of( $user->user_email ), $mark );
}

function mark_of( string $email ): string {
	return wp_hash( strtolower( $email ) );
}
