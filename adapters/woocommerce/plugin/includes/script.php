<?php
/**
 * The one script of the connector: deferred, at the end, and only where an element of ours is.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

const LOADER = 'stammkunde-loader';

add_action( 'init', __NAMESPACE__ . '\\register_scripts' );
add_action( 'wp_enqueue_scripts', __NAMESPACE__ . '\\keep_room' );
add_filter( 'script_loader_tag', __NAMESPACE__ . '\\script_tag', 10, 2 );

/** Registering prints nothing; an element that is shown enqueues. */
function register_scripts(): void {
	if ( ! connected() ) {
		return;
	}
	// Without a version: the connector's loader names what it loads by hash, and is itself kept for minutes only.
	wp_register_script( LOADER, loader_address(), array(), null, in_footer() );
	wp_register_script( 'stammkunde-product', plugins_url( 'assets/product.js', FILE ), array( 'jquery' ), VERSION, in_footer() );
}

/** Within the page, because a file would come after the first picture of it, and then something has moved already. */
function keep_room(): void {
	if ( connected() ) {
		wp_register_style( 'stammkunde', false, array(), VERSION );
		wp_enqueue_style( 'stammkunde' );
		wp_add_inline_style( 'stammkunde', (string) file_get_contents( dirname( FILE ) . '/assets/room.css' ) );
	}
}

function loader_address(): string {
	$kept = connection();
	return $kept['connector'] . '/v1/' . rawurlencode( $kept['shop'] ) . '/loader.js';
}

/** WordPress 6.2 takes any truth for "in the footer"; from 6.3 on it reads the words. */
function in_footer(): array {
	return array(
		'in_footer' => true,
		'strategy'  => 'defer',
	);
}

/**
 * The language, the addresses to ask, and words that keep optimisers from joining or delaying it.
 *
 * The language only now: plugins for several languages may know it no sooner than the page itself.
 *
 * @param mixed $tag    The markup; an optimiser may have taken it away.
 * @param mixed $handle Whose script it is.
 * @return mixed
 */
function script_tag( $tag, $handle ) {
	if ( LOADER !== $handle || ! is_string( $tag ) || ! connected() ) {
		return $tag;
	}
	$script = new \WP_HTML_Tag_Processor( $tag );
	if ( ! $script->next_tag( 'script' ) ) {
		return $tag;
	}
	$script->set_attribute( 'defer', true );
	$script->set_attribute( 'src', loader_address() . '?lang=' . substr( determine_locale(), 0, 2 ) );
	$script->set_attribute( 'data-identity', ask_address( 'stammkunde_identity' ) );
	$script->set_attribute( 'data-known', KNOWN );
	if ( is_order_received_page() ) {
		$script->set_attribute( 'data-order', ask_address( 'stammkunde_order' ) );
	}
	$script->set_attribute( 'data-no-optimize', '1' );
	$script->set_attribute( 'data-cfasync', 'false' );
	return $script->get_updated_html();
}
