<?php
/**
 * Our script beside WooCommerce's cart and checkout blocks; loaded only where these exist.
 */

namespace Stammkunde;

use Automattic\WooCommerce\Blocks\Integrations\IntegrationInterface;

defined( 'ABSPATH' ) || exit;

class Checkout implements IntegrationInterface {

	public function get_name() {
		return 'stammkunde';
	}

	public function initialize() {
		$needs = array( 'wp-plugins', 'wp-element', 'wc-blocks-checkout' );
		wp_register_script( 'stammkunde-checkout', plugins_url( 'assets/checkout.js', FILE ), $needs, VERSION, true );
	}

	public function get_script_handles() {
		return array( 'stammkunde-checkout' );
	}

	public function get_editor_script_handles() {
		return array();
	}

	public function get_script_data() {
		return array();
	}
}
