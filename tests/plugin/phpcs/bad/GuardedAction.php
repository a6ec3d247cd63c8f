<?php
add_action( 'admin_post_without_nonce', 'without_nonce' );
add_action( 'admin_post_without_capability', 'without_capability' );
add_action( 'wp_ajax_asks_too_late', 'asks_too_late' );
add_action( 'admin_post_elsewhere', 'elsewhere' );
add_action( 'admin_post_fine', 'fine' );

function without_nonce() {
	current_user_can( 'manage_woocommerce' ) || refuse();
	delete_option( 'x' );
}

function without_capability() {
	check_admin_referer( 'x' );
}

function asks_too_late() {
	delete_option( 'x' );
	current_user_can( 'manage_woocommerce' ) || refuse();
	check_admin_referer( 'x' );
}

function fine() {
	current_user_can( 'manage_woocommerce' ) || refuse();
	check_admin_referer( 'x' );
	delete_option( 'x' );
}
