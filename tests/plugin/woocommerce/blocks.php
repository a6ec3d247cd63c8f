<?php
namespace Automattic\WooCommerce\Blocks\Integrations {
	/**
	 * The cart and checkout blocks: src/Blocks/Integrations/IntegrationInterface.php and IntegrationRegistry.php,
	 * src/Blocks/BlockTypes/Cart.php. No classic hook fires in them.
	 */
	interface IntegrationInterface {
		public function get_name();
		public function initialize();
		public function get_script_handles();
		public function get_editor_script_handles();
		public function get_script_data();
	}

	class IntegrationRegistry {
		public $registered = array();
		public function register( $integration ) {
			if ( ! $integration instanceof IntegrationInterface ) {
				imitation_refuses( 'integration of another kind' );
			}
			if ( isset( $this->registered[ $integration->get_name() ] ) ) {
				imitation_refuses( 'integration that is there twice' );
			}
			$this->registered[ $integration->get_name() ] = $integration;
			return true;
		}
	}
}

namespace {
	use Automattic\WooCommerce\Blocks\Integrations\IntegrationRegistry;

	add_action(
		'init',
		static function () {
			$needs = array( 'wp-element', 'wp-components', 'wp-plugins' );
			wp_register_script( 'wc-blocks-checkout', plugins_url( 'blocks-checkout.js', __FILE__ ), $needs, '1', true );
			foreach ( array( 'cart', 'checkout' ) as $name ) {
				$registry = new IntegrationRegistry();
				do_action( "woocommerce_blocks_{$name}_block_registration", $registry );
				imitated_block( $name, $registry );
			}
		},
		20
	);

	/** The page holds an empty place; everything in it is drawn in the browser. */
	function imitated_block( string $name, IntegrationRegistry $registry ) {
		$scripts = array( 'wc-blocks-checkout' );
		foreach ( $registry->registered as $integration ) {
			$integration->initialize();
			$scripts = array_merge( $scripts, $integration->get_script_handles() );
		}
		wp_register_script( "wc-$name-frontend", plugins_url( 'block.js', __FILE__ ), $scripts, '1', true );
		register_block_type(
			"woocommerce/$name",
			array(
				'render_callback' => static function () use ( $name ) {
					wp_enqueue_script( "wc-$name-frontend" );
					return "<div class=\"wp-block-woocommerce-$name\"></div>";
				},
			)
		);
	}
}
