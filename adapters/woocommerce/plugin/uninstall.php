<?php
/**
 * Deleting the plugin removes everything it stored. Switching it off keeps the connection for the next time.
 *
 * The API key and the webhooks are the connector's; they go when the shop is removed there.
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

function stammkunde_forget(): void {
	delete_option( 'stammkunde_connection' );
	delete_option( 'stammkunde_places' );
	delete_transient( 'stammkunde_flushed' );
	delete_option( 'rewrite_rules' ); // WordPress writes them anew, without our tab
}

if ( is_multisite() ) {
	$stammkunde_sites = get_sites(
		array(
			'fields' => 'ids',
			'number' => 0,
		)
	);
	foreach ( $stammkunde_sites as $stammkunde_site ) {
		switch_to_blog( $stammkunde_site );
		stammkunde_forget();
		restore_current_blog();
	}
} else {
	stammkunde_forget();
}

delete_metadata( 'user', 0, '_stammkunde_verified', '', true );
