<?php
/**
 * WordPress as its installer leaves it, the two plugins, three people, and what a small shop sells.
 */

define( 'WP_INSTALLING', true );
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';

wp_install( 'Shop', 'boss', 'boss@shop.example', true, '', 'secret' );
update_option( 'permalink_structure', '/%postname%/' );
foreach ( array( 'woocommerce/woocommerce.php', 'stammkunde/stammkunde.php' ) as $plugin ) {
	$problem = activate_plugin( $plugin );
	if ( is_wp_error( $problem ) ) {
		exit( $problem->get_error_message() );
	}
}
