<?php
/**
 * Plugin Name: Stammkunde
 * Description: Points, personal links and answers for your customers, from your own Stammkunde connector.
 * Version: 1.0.0
 * Requires at least: 6.2
 * Requires PHP: 7.4
 * Requires Plugins: woocommerce
 * WC requires at least: 8.2
 * WC tested up to: 11.0
 * Author: Stammkunde
 * License: GPL-2.0-or-later
 * License URI: https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain: stammkunde
 * Domain Path: /languages
 *
 * The shop's half of the connector. It holds an address, a slug and a secret, and decides nothing about points.
 */

namespace Stammkunde;

defined( 'ABSPATH' ) || exit;

const VERSION = '1.0.0';
const FILE    = __FILE__;

require __DIR__ . '/includes/connection.php';
require __DIR__ . '/includes/rest.php';
require __DIR__ . '/includes/identity.php';
require __DIR__ . '/includes/answers.php';
require __DIR__ . '/includes/known.php';
require __DIR__ . '/includes/script.php';
require __DIR__ . '/includes/elements.php';
require __DIR__ . '/includes/places.php';
require __DIR__ . '/includes/product.php';
require __DIR__ . '/includes/account.php';
require __DIR__ . '/includes/blocks.php';
require __DIR__ . '/includes/server.php';
require __DIR__ . '/includes/mail.php';
require __DIR__ . '/includes/privacy.php';
require __DIR__ . '/includes/settings.php';
require __DIR__ . '/includes/actions.php';

add_action( 'before_woocommerce_init', __NAMESPACE__ . '\\declare_compatibility' );
add_action( 'init', __NAMESPACE__ . '\\load_words', 1 );
add_filter( 'plugin_locale', __NAMESPACE__ . '\\any_german', 10, 2 );

/** Orders are read through WooCommerce's own objects only, and block carts are served. */
function declare_compatibility(): void {
	$features = '\\Automattic\\WooCommerce\\Utilities\\FeaturesUtil';
	if ( class_exists( $features ) ) {
		$features::declare_compatibility( 'custom_order_tables', FILE, true );
		$features::declare_compatibility( 'cart_checkout_blocks', FILE, true );
	}
}

/** Not before `init`: WordPress 6.7 complains about words that are loaded earlier. */
function load_words(): void {
	load_plugin_textdomain( 'stammkunde', false, dirname( plugin_basename( FILE ) ) . '/languages' );
}

/**
 * Austria, Switzerland and the formal variant read the one German there is.
 *
 * Filters take whatever other plugins leave in them: a type that is not met would end the shop's page.
 *
 * @param mixed $locale The language of the page.
 * @param mixed $domain Whose words are loaded.
 * @return mixed
 */
function any_german( $locale, $domain ) {
	return 'stammkunde' === $domain && is_string( $locale ) && 0 === strpos( $locale, 'de' ) ? 'de_DE' : $locale;
}
