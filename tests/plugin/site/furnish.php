<?php
/**
 * What a small shop sells, and who buys there.
 */

require __DIR__ . '/wp-load.php';

function furnish_page( string $type, string $slug, string $title, string $content, array $meta = array(), int $parent = 0 ): int {
	return wp_insert_post(
		array(
			'post_type'    => $type,
			'post_name'    => $slug,
			'post_title'   => $title,
			'post_content' => $content,
			'post_status'  => 'publish',
			'post_parent'  => $parent,
			'meta_input'   => $meta,
		)
	);
}

furnish_page( 'page', 'my-account', 'My account', '[woocommerce_my_account]' );
furnish_page( 'page', 'cart', 'Cart', '[woocommerce_cart]' );
furnish_page( 'page', 'checkout', 'Checkout', '[woocommerce_checkout]' );
furnish_page( 'page', 'cart-block', 'Cart', '<!-- wp:woocommerce/cart /-->' );
furnish_page( 'page', 'checkout-block', 'Checkout', '<!-- wp:woocommerce/checkout /-->' );
furnish_page( 'page', 'by-blocks', 'Programme', '<!-- wp:stammkunde/balance /--><!-- wp:stammkunde/faq /-->' );
furnish_page( 'page', 'by-shortcodes', 'Programme', '[stammkunde-balance] [stammkunde-redeem] [stammkunde-referral] [stammkunde-faq]' );
furnish_page( 'page', 'about', 'About', 'We roast coffee.' );
furnish_page( 'product', 'espresso', 'Espresso', 'Dark.', array( '_type' => 'simple', '_price' => '19.99' ) );
furnish_page( 'product', 'book', 'A book', 'Sold elsewhere.', array( '_type' => 'external', '_price' => '12.00' ) );
furnish_page( 'product', 'sample', 'Sample', 'Not for sale.', array( '_type' => 'simple', '_price' => '' ) );
$filter = furnish_page( 'product', 'filter', 'Filter', 'Light.', array( '_type' => 'variable', '_price' => '9.50' ) );
furnish_page( 'product_variation', 'filter-small', 'Small', '', array( '_type' => 'variation', '_price' => '9.50' ), $filter );
furnish_page( 'product_variation', 'filter-large', 'Large', '', array( '_type' => 'variation', '_price' => '34.90' ), $filter );

foreach ( array( 'mia' => 'customer', 'max' => 'customer', 'clerk' => 'shop_manager' ) as $name => $role ) {
	wp_insert_user( array( 'user_login' => $name, 'user_pass' => 'secret', 'user_email' => "$name@example.com", 'role' => $role ) );
}
flush_rewrite_rules( false );
