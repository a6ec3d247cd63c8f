<?php
/**
 * The one page of settings, under WooCommerce's menu, in words for somebody who never saw a terminal.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

const PAGE = 'stammkunde';

add_action( 'admin_menu', __NAMESPACE__ . '\\add_page' );
add_filter( 'plugin_action_links_' . plugin_basename( FILE ), __NAMESPACE__ . '\\with_link' );

function add_page(): void {
	$title = __( 'Points', 'stammkunde' );
	add_submenu_page( 'woocommerce', $title, $title, 'manage_woocommerce', PAGE, __NAMESPACE__ . '\\show_page' );
}

/**
 * @param mixed $links What stands below the plugin's name.
 * @return mixed
 */
function with_link( $links ) {
	$here = '<a href="' . esc_url( page_address() ) . '">' . esc_html__( 'Settings', 'stammkunde' ) . '</a>';
	return is_array( $links ) ? array_merge( array( $here ), $links ) : $links;
}

/** @param string $told What the page says first; one of the words of `notice_for`. */
function page_address( string $told = '' ): string {
	$query = array( 'page' => PAGE ) + ( '' === $told ? array() : array( 'told' => $told ) );
	return add_query_arg( $query, admin_url( 'admin.php' ) );
}

function show_page(): void {
	if ( ! current_user_can( 'manage_woocommerce' ) ) {
		return;
	}
	echo '<div class="wrap"><h1>' . esc_html__( 'Points', 'stammkunde' ) . '</h1>';
	show_notice();
	show_state();
	show_connect_form();
	if ( connected() ) {
		show_places_form();
		show_disconnect_form();
	}
	echo '</div>';
}

/** Only sentences of our own: what stands in the address merely chooses one. */
function show_notice(): void {
	$told = sanitize_key( asked( 'told' ) );
	if ( 'asked' === $told ) {
		show_asked();
	}
	$sentences = array(
		'saved'   => __( 'Saved.', 'stammkunde' ),
		'parted'  => __( 'The connection is cut. Your shop shows nothing of the programme any more.', 'stammkunde' ),
		'address' => __( 'This is no address of a connector. It begins with https:// and has no question mark.', 'stammkunde' ),
		'slug'    => __( 'The short name of the shop has small letters, digits and hyphens.', 'stammkunde' ),
	);
	if ( isset( $sentences[ $told ] ) ) {
		$kind = in_array( $told, array( 'saved', 'parted' ), true ) ? 'success' : 'error';
		echo '<div class="notice notice-' . esc_attr( $kind ) . '"><p>' . esc_html( $sentences[ $told ] ) . '</p></div>';
	}
}

/** The connector answers this server by itself. Whether it has is what the page says below; a shop may be connected already. */
function show_asked(): void {
	echo '<div class="notice notice-info"><p>' . esc_html__( 'Your connector has been asked and answers within a minute.', 'stammkunde' );
	echo ' <a href="' . esc_url( page_address() ) . '">' . esc_html__( 'Look again', 'stammkunde' ) . '</a></p></div>';
}

function show_state(): void {
	$kept = connection();
	if ( array() === $kept ) {
		echo '<p>' . esc_html__( 'Your shop is not connected yet. Customers see nothing of the programme, and nothing is sent anywhere.', 'stammkunde' ) . '</p>';
		return;
	}
	/* translators: 1: the connector's address, 2: the shop's short name there */
	$said = sprintf( __( 'Your shop is connected to %1$s, where it is called “%2$s”.', 'stammkunde' ), $kept['connector'], $kept['shop'] );
	echo '<p><strong>' . esc_html( $said ) . '</strong></p>';
	echo '<p>' . esc_html__( 'Points, rewards and texts are set there, not here.', 'stammkunde' ) . '</p>';
}

/** One button where it is known whereto; else two fields before it. */
function show_connect_form(): void {
	open_form( 'connect' );
	if ( '' === known_connector()['connector'] ) {
		echo '<h2>' . esc_html__( 'Where is your connector?', 'stammkunde' ) . '</h2><table class="form-table" role="presentation">';
		show_field( 'connector', __( 'Address of the connector', 'stammkunde' ), 'https://' );
		show_field( 'shop', __( 'Short name of this shop there', 'stammkunde' ), '' );
		echo '</table><p>' . esc_html__( 'Whoever runs your connector can tell you both.', 'stammkunde' ) . '</p>';
	}
	$what = connected()
		? __( 'If your connector has moved, or something does not appear: it tells your shop anew where it is, and brings you back here.', 'stammkunde' )
		: __( 'Connect leads you to your connector, which asks you to agree and brings you back here.', 'stammkunde' );
	echo '<p>' . esc_html( $what ) . '</p>';
	$word = connected() ? __( 'Connect again', 'stammkunde' ) : __( 'Connect', 'stammkunde' );
	submit_button( $word, connected() ? 'secondary' : 'primary', 'submit', true, array( 'id' => 'stammkunde-connect' ) );
	echo '</form>';
}

function show_field( string $name, string $label, string $hint ): void {
	$id = 'stammkunde-' . $name;
	echo '<tr><th scope="row"><label for="' . esc_attr( $id ) . '">' . esc_html( $label ) . '</label></th>';
	echo '<td><input type="text" class="regular-text code" required id="' . esc_attr( $id ) . '" name="' . esc_attr( $name ) . '"';
	echo ' placeholder="' . esc_attr( $hint ) . '"></td></tr>';
}

function show_places_form(): void {
	$labels = array(
		'account'  => __( 'A tab “Points” in the customer’s account', 'stammkunde' ),
		'product'  => __( 'On a product’s page: the points it brings', 'stammkunde' ),
		'cart'     => __( 'In the cart and at the checkout: redeem points', 'stammkunde' ),
		'thankyou' => __( 'After ordering: the points of this order', 'stammkunde' ),
		'mail'     => __( 'In the order e-mail: one line with the points of this order', 'stammkunde' ),
		'launcher' => __( 'On every page: a small button that opens the points', 'stammkunde' ),
	);
	echo '<h2>' . esc_html__( 'Where customers see something', 'stammkunde' ) . '</h2>';
	open_form( 'save' );
	echo '<fieldset><legend class="screen-reader-text">' . esc_html__( 'Where customers see something', 'stammkunde' ) . '</legend>';
	foreach ( $labels as $place => $label ) {
		echo '<p><label><input type="checkbox" name="places[]" value="' . esc_attr( $place ) . '"' . checked( places()[ $place ], true, false ) . '> ';
		echo esc_html( $label ) . '</label></p>';
	}
	echo '</fieldset><p>' . esc_html__( 'On any other page: add one of the Stammkunde blocks, or write [stammkunde-balance], [stammkunde-redeem], [stammkunde-referral] or [stammkunde-faq].', 'stammkunde' ) . '</p>';
	submit_button( __( 'Save', 'stammkunde' ), 'primary', 'submit', true, array( 'id' => 'stammkunde-save' ) );
	echo '</form>';
}

function show_disconnect_form(): void {
	echo '<h2>' . esc_html__( 'Disconnect', 'stammkunde' ) . '</h2>';
	open_form( 'disconnect' );
	echo '<p>' . esc_html__( 'The shop forgets its connector and shows nothing of the programme any more. Your customers’ points stay where they are.', 'stammkunde' ) . '</p>';
	submit_button( __( 'Disconnect', 'stammkunde' ), 'delete', 'submit', true, array( 'id' => 'stammkunde-disconnect' ) );
	echo '</form>';
}

/** Every form names its action, and carries a nonce for that action only. */
function open_form( string $action ): void {
	echo '<form method="post" action="' . esc_url( admin_url( 'admin-post.php' ) ) . '">';
	echo '<input type="hidden" name="action" value="' . esc_attr( 'stammkunde_' . $action ) . '">';
	wp_nonce_field( 'stammkunde_' . $action );
}
