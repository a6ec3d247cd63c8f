<?php
/**
 * Server to server: three seconds, no redirects, and a silence that costs the page nothing.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

const PATIENCE = 3;
const LONGEST  = 262144;

add_filter( 'http_request_host_is_external', __NAMESPACE__ . '\\allow_host', 10, 3 );
add_filter( 'http_allowed_safe_ports', __NAMESPACE__ . '\\allow_port', 10, 3 );

/** The connector's answer, or null. Only the status is noted: an answer may be about a person. */
function ask( string $method, string $path, string $token ): ?array {
	$kept   = connection();
	$answer = wp_safe_remote_request(
		$kept['connector'] . '/v1/' . $kept['shop'] . $path,
		array(
			'method'              => $method,
			'timeout'             => PATIENCE,
			'redirection'         => 0,
			'limit_response_size' => LONGEST,
			'user-agent'          => 'Stammkunde/' . VERSION,
			'headers'             => array(
				'Authorization' => 'Bearer ' . $token,
				'Accept'        => 'application/json',
				'Content-Type'  => 'application/json',
			),
			'body'                => 'POST' === $method ? '{}' : null,
		)
	);
	$status = (int) wp_remote_retrieve_response_code( $answer );
	if ( 200 !== $status ) {
		$said = $status ? "The connector answered with status $status." : 'The connector did not answer.';
		wc_get_logger()->notice( $said, array( 'source' => 'stammkunde' ) );
		return null;
	}
	$said = json_decode( wp_remote_retrieve_body( $answer ), true );
	return is_array( $said ) ? $said : null;
}

/**
 * WordPress refuses private addresses and unusual ports for requests to addresses that somebody typed. The
 * connector may live at one, so it alone is let through: this host together with this port.
 *
 * @param mixed $allowed What others say.
 * @param mixed $host    Not needed: it stands in the address, together with the port.
 * @param mixed $url     The address.
 */
function allow_host( $allowed, $host, $url ): bool {
	return (bool) $allowed || is_connector( $url );
}

/**
 * @param mixed $ports Ports that are allowed for every host.
 * @param mixed $host  Not needed.
 * @param mixed $url   The address.
 * @return mixed
 */
function allow_port( $ports, $host, $url ) {
	return is_array( $ports ) && is_connector( $url ) ? array_merge( $ports, array( door( $url )[2] ) ) : $ports;
}

/** @param mixed $url Somebody's address. */
function is_connector( $url ): bool {
	$kept = connection();
	return array() !== $kept && is_string( $url ) && door( $url ) === door( $kept['connector'] );
}

/** Scheme, host and port; the port that the scheme means where none is written. */
function door( string $url ): array {
	$parts  = wp_parse_url( $url );
	$parts  = is_array( $parts ) ? $parts : array();
	$scheme = strtolower( $parts['scheme'] ?? '' );
	return array( $scheme, strtolower( $parts['host'] ?? '' ), $parts['port'] ?? ( 'https' === $scheme ? 443 : 80 ) );
}
