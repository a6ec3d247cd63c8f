<?php
/**
 * WordPress' own SQLite integration instead of a database server.
 *
 * It begins each statement by reading, and SQLite refuses at once whoever wants to write after that while
 * another does. So whoever begins takes the lock, and waits for it as he would with a server.
 */

define( 'DB_ENGINE', 'sqlite' );

/** A connection that waits for its turn. */
class Patient_PDO extends PDO {
	#[ReturnTypeWillChange]
	public function prepare( $query, $options = array() ) {
		return parent::prepare( 'BEGIN' === $query ? 'BEGIN IMMEDIATE' : $query, $options );
	}
}

$stammkunde_folder = WP_CONTENT_DIR . '/database';
if ( ! is_dir( $stammkunde_folder ) ) {
	mkdir( $stammkunde_folder );
}
$GLOBALS['@pdo'] = new Patient_PDO(
	"sqlite:$stammkunde_folder/.ht.sqlite",
	null,
	null,
	array(
		PDO::ATTR_ERRMODE           => PDO::ERRMODE_EXCEPTION,
		PDO::ATTR_STRINGIFY_FETCHES => true,
		PDO::ATTR_TIMEOUT           => 60,
	)
);
require_once WP_CONTENT_DIR . '/sqlite-database-integration-main/wp-includes/sqlite/db.php';
