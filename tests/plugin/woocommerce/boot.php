<?php
namespace {
	/**
	 * Starting: includes/class-woocommerce.php (init at 0), includes/class-wc-install.php (roles), includes/admin/class-wc-admin-menus.php.
	 */

	/** WC() is there so that code which asks for its parts is refused by name. */
	class WooCommerce {
		use Imitated;
	}

	function WC() {
		static $only = null;
		$only = $only ?? new WooCommerce();
		return $only;
	}

	add_action(
		'init',
		static function () {
			do_action( 'before_woocommerce_init' );
		},
		0
	);

	add_action(
		'admin_menu',
		static function () {
			add_menu_page( 'WooCommerce', 'WooCommerce', 'manage_woocommerce', 'woocommerce', '__return_null', 'dashicons-cart', 55 );
		},
		9
	);

	register_activation_hook(
		__DIR__ . '/woocommerce.php',
		static function () {
			get_role( 'administrator' )->add_cap( 'manage_woocommerce' );
			add_role( 'customer', 'Customer', array( 'read' => true ) );
			add_role( 'shop_manager', 'Shop manager', array( 'read' => true, 'manage_woocommerce' => true ) );
		}
	);
}

namespace Automattic\WooCommerce\Utilities {
	/** src/Utilities/FeaturesUtil.php: only within before_woocommerce_init, only features that exist. */
	class FeaturesUtil {
		public static $declared = array();
		public static function declare_compatibility( $feature, $file, $positive = true ) {
			if ( ! doing_action( 'before_woocommerce_init' ) ) {
				imitation_refuses( "compatibility outside of before_woocommerce_init" );
			}
			if ( ! in_array( $feature, array( 'custom_order_tables', 'cart_checkout_blocks', 'product_instance_caching' ), true ) ) {
				imitation_refuses( "feature $feature" );
			}
			self::$declared[ $feature ][] = array( plugin_basename( $file ), $positive );
			return true;
		}
	}
}
