<?php
/**
 * Files as they are, everything else to WordPress: what a web server's rewrite rules do.
 */

$path = __DIR__ . parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH );
if ( is_dir( $path ) && is_file( rtrim( $path, '/' ) . '/index.php' ) && '/' !== substr( $path, -1 ) ) {
	header( 'Location: ' . parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) . '/' );
	return true;
}
if ( is_file( $path ) || is_file( rtrim( $path, '/' ) . '/index.php' ) ) {
	return false;
}
$_SERVER['SCRIPT_NAME'] = '/index.php';
require __DIR__ . '/index.php';
