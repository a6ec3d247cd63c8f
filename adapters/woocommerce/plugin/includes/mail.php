<?php
/**
 * One line in the customer's own order mails: what the order brings. No line is better than a wrong one.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

/**
 * Mails about an order that goes its way. Not refunds, failures or notes. And only what is the buyer's already:
 * inviting somebody to join would be advertising in a mail they have to get.
 */
const MAILS = array( 'customer_on_hold_order', 'customer_processing_order', 'customer_completed_order' );

add_action( 'woocommerce_email_after_order_table', __NAMESPACE__ . '\\show_line', 10, 4 );

/**
 * @param mixed $order         The order.
 * @param mixed $sent_to_admin Whether the shop writes to itself.
 * @param mixed $plain_text    Whether it is a mail without markup.
 * @param mixed $email         The kind of mail; some plugins leave it out.
 */
function show_line( $order, $sent_to_admin = false, $plain_text = false, $email = null ): void {
	if ( $sent_to_admin || ! $order instanceof \WC_Order || ! $email instanceof \WC_Email ) {
		return;
	}
	if ( ! in_array( $email->id, MAILS, true ) || ! shows( 'mail' ) ) {
		return;
	}
	$line = line_for( $order );
	if ( '' === $line ) {
		return;
	}
	if ( $plain_text ) {
		echo "\n" . as_plain_text( $line ) . "\n";
	} else {
		echo '<p>' . esc_html( $line ) . '</p>';
	}
}

/** The connector's sentence; a browser's token with the order, and no buyer in it: the order says enough. */
function line_for( \WC_Order $order ): string {
	$language = substr( determine_locale(), 0, 2 );
	$answer   = ask( 'GET', '/order?lang=' . rawurlencode( $language ), token( array( 'order' => (string) $order->get_id() ) ) );
	$state    = $answer['state'] ?? '';
	$sentence = $answer['sentence'] ?? '';
	$usable   = in_array( $state, array( 'coming', 'given' ), true ) && is_string( $sentence );
	return $usable ? mb_substr( as_plain_text( $sentence ), 0, 300 ) : '';
}

/** In a mail without markup an escaped "&" would be read as "&amp;". */
function as_plain_text( string $said ): string {
	return wp_strip_all_tags( $said, true );
}
