<?php
/**
 * WordPress' own SQLite integration instead of a database server.
 */

define( 'DB_ENGINE', 'sqlite' );
require_once WP_CONTENT_DIR . '/sqlite-database-integration-main/wp-includes/sqlite/db.php';
