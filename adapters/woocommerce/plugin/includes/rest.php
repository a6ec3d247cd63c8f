<?php
/**
 * Where the connector puts the connection. WooCommerce checks its keys for namespaces that begin with `wc-`.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

add_action( 'rest_api_init', __NAMESPACE__ . '\\register_routes' );

function register_routes(): void {
	$answers = array(
		'GET'    => 'get_connection',
		'PUT'    => 'put_connection',
		'DELETE' => 'delete_connection',
	);
	$routes  = array();
	foreach ( $answers as $method => $answer ) {
		$routes[] = array(
			'methods'             => $method,
			'callback'            => __NAMESPACE__ . '\\' . $answer,
			'permission_callback' => __NAMESPACE__ . '\\may_connect',
		);
	}
	register_rest_route( 'wc-stammkunde/v1', '/connection', $routes );
}

function may_connect(): bool {
	return current_user_can( 'manage_woocommerce' );
}

function get_connection(): \WP_REST_Response {
	$kept = connection();
	return never_kept(
		array(
			'version'   => VERSION,
			'connected' => array() !== $kept,
			'connector' => $kept['connector'] ?? '',
			'shop'      => $kept['shop'] ?? '',
		)
	);
}

/** @return \WP_REST_Response|\WP_Error */
function put_connection( \WP_REST_Request $request ) {
	$given   = json_decode( $request->get_body(), true );
	$problem = problem( $given );
	if ( '' !== $problem ) {
		return new \WP_Error( 'stammkunde_no_connection', $problem, array( 'status' => 400 ) );
	}
	connect( $given );
	return never_kept(
		array(
			'version'   => VERSION,
			'connected' => true,
		)
	);
}

function delete_connection(): \WP_REST_Response {
	disconnect();
	return never_kept(
		array(
			'version'   => VERSION,
			'connected' => false,
		)
	);
}

function never_kept( array $answer ): \WP_REST_Response {
	return new \WP_REST_Response( $answer, 200, array( 'Cache-Control' => 'no-store, private' ) );
}
