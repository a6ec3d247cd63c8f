<?php
/**
 * For tests only: runs what the test posts inside this WordPress, and answers with what it returned.
 */

require __DIR__ . '/wp-load.php';
header( 'Content-Type: application/json' );
echo wp_json_encode( array( 'returned' => eval( file_get_contents( 'php://input' ) ) ) );
